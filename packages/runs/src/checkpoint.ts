import {
  type Arrays,
  DescentError,
  decodeSafetensors,
  encodeSafetensors,
  type FitPosition,
  type Parameters,
  type TrainerState,
} from '@descent/core';
import { sha256 } from './digest.ts';

/** Everything that training needs to go on as if it had never stopped. */
export interface Checkpoint {
  readonly state: TrainerState;
  /** Epoch, batch within it, sums so far and history: the order of batches and all random numbers follow from these and the seed. */
  readonly position: FitPosition;
  /** Whatever the caller wants to find again, such as the config, seeds and versions. Plain JSON. */
  readonly info: unknown;
}

const FORMAT = 'descent.checkpoint.1';
const PARAMETERS = 'parameters/';
const SLOTS = 'slots/';

/**
 * One safetensors file with parameters, optimizer slots and a JSON description, protected by a hash.
 * @throws DescentError in a page that is not secure, which has no hashes.
 */
export async function encodeCheckpoint({ state, position, info }: Checkpoint): Promise<Uint8Array> {
  const tensors = {
    ...prefixed(PARAMETERS, state.parameters),
    ...prefixed(SLOTS, state.slots),
  };
  const description = JSON.stringify({ step: state.step, position, info });
  return encodeSafetensors(tensors, { format: FORMAT, description, sha256: await hashOf(tensors, description) });
}

/**
 * Reads a checkpoint back. Nothing in it is executed.
 * @throws DescentError naming the file when it is cut short, changed, or something else.
 */
export async function decodeCheckpoint(bytes: Uint8Array, path: string): Promise<Checkpoint> {
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  const { format, description, sha256 } = metadata;
  if (format !== FORMAT || typeof description !== 'string') {
    throw new DescentError('this is not a checkpoint', {
      path,
      received: `format ${format ?? 'unknown'}`,
      expected: FORMAT,
    });
  }
  if (sha256 !== (await hashOf(tensors, description))) {
    throw new DescentError('the checkpoint was changed or damaged', {
      path,
      received: 'content that does not fit its hash',
      fix: 'use an earlier checkpoint',
    });
  }
  const { step, position, info } = parseDescription(description, path);
  const state = { step, parameters: unprefixed(PARAMETERS, tensors) as Parameters, slots: unprefixed(SLOTS, tensors) };
  return { state, position, info };
}

interface Description {
  readonly step: number;
  readonly position: FitPosition;
  readonly info: unknown;
}

/** Anyone can write a hash that fits, so the text is not trusted to say something. */
function parseDescription(text: string, path: string): Description {
  try {
    const { step, position, info } = JSON.parse(text) as Description;
    if (Number.isSafeInteger(step) && step >= 0 && typeof position === 'object' && position !== null) {
      return { step, position, info };
    }
  } catch {
    // Reported below, like any other text that is no description.
  }
  throw new DescentError('this is not a checkpoint', {
    path,
    received: 'a description without a step and a position',
    expected: FORMAT,
    fix: 'use an earlier checkpoint',
  });
}

function hashOf(tensors: Arrays, description: string): Promise<string> {
  const text = new TextEncoder();
  const sorted = Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256([
    text.encode(description),
    ...sorted.flatMap(([name, { dtype, shape, data }]) => [
      text.encode(`${name} ${dtype} ${shape.join()}`),
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    ]),
  ]);
}

function prefixed(prefix: string, arrays: Arrays): Arrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, a]) => [`${prefix}${name}`, a]));
}

function unprefixed(prefix: string, arrays: Arrays): Arrays {
  const own = Object.entries(arrays).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, a]) => [name.slice(prefix.length), a]));
}
