import { closest, type SampleType, type Tree } from '@descent/core';
import type { Call } from '../../state/experiment.ts';
import { type Analysis, analyse, type Block, type Flow } from './analysis.ts';
import { argumentOf, LAYER_CALLS, layerCall, withArgument } from './arguments.ts';

/** A change of the network that makes a block work. */
export type Fix =
  | { readonly kind: 'insert'; readonly at: number; readonly call: Call }
  | { readonly kind: 'remove'; readonly at: number; readonly name: string }
  | { readonly kind: 'rename'; readonly at: number; readonly name: string }
  /** `undefined` leaves the argument out. */
  | { readonly kind: 'set'; readonly at: number; readonly argument: string; readonly value: unknown }
  /** Several, one after the other; each counts places as the one before has left them. */
  | { readonly kind: 'both'; readonly fixes: readonly [Fix, Fix] };

export function applyFix(model: readonly Call[], fix: Fix): readonly Call[] {
  switch (fix.kind) {
    case 'insert':
      return model.toSpliced(fix.at, 0, fix.call);
    case 'remove':
      return model.toSpliced(fix.at, 1);
    case 'rename':
      return model.with(fix.at, renamed(model[fix.at] as Call, fix.name));
    case 'set': {
      const call = model[fix.at] as Call;
      const description = layerCall(typeof call === 'string' ? call : call[0]);
      return description === undefined
        ? model
        : model.with(fix.at, withArgument(call, description, fix.argument, fix.value));
    }
    case 'both':
      return fix.fixes.reduce(applyFix, model);
  }
}

function renamed(call: Call, name: string): Call {
  return typeof call === 'string' ? name : [name, ...call.slice(1)];
}

/**
 * What makes the block at `index` work, the likeliest first. Each was tried: behind it, nothing is wrong with this block or one in front of it.
 */
export function fixesOf(
  model: readonly Call[],
  sample: Tree<SampleType>,
  index: number,
  analysis: Analysis,
): readonly Fix[] {
  const block = analysis.blocks[index];
  if (block === undefined || block.problem === null) return [];
  const remaining = model.length - index;
  const found: Fix[] = [];
  for (const fix of candidates(analysis.blocks, index)) {
    const next = applyFix(model, fix);
    const after = analyse(next, sample).blocks.findIndex(({ problem }) => problem !== null);
    // Blocks in front may have come or gone, so places are counted from the end.
    const isMended = after < 0 || next.length - after < remaining;
    if (isMended && !found.some((one) => JSON.stringify(applyFix(model, one)) === JSON.stringify(next)))
      found.push(fix);
  }
  return found.slice(0, MOST_FIXES);
}

const MOST_FIXES = 3;

function candidates(blocks: readonly Block[], index: number): readonly Fix[] {
  const block = blocks[index] as Block;
  return [...byType(blocks, index), ...byArguments(block, index)];
}

function byType(blocks: readonly Block[], at: number): readonly Fix[] {
  const { name, input } = blocks[at] as Block;
  if (input === null) return [];
  const bytes: readonly Fix[] = input.dtype === 'uint8' ? [{ kind: 'insert', at: 0, call: ['rescale', 1 / 255] }] : [];
  const floats: readonly Fix[] = input.dtype.startsWith('int') ? [{ kind: 'insert', at: 0, call: ['rescale', 1] }] : [];
  return [...bytes, ...floats, ...(FITTING[name] ?? (() => []))(blocks, at, input)];
}

type Fitting = (blocks: readonly Block[], at: number, input: Flow) => readonly Fix[];

const set = (at: number, argument: string, value: unknown): Fix => ({ kind: 'set', at, argument, value });

const perChannel: Fitting = (blocks, at, { shape }) => {
  if (shape.length === 3) return [set(at, 'channels', shape[0])];
  return [...pictureBack(blocks, at, (channels) => set(at - 1, 'channels', channels)), remove(blocks, at)];
};

/** How layers that say what they take are fitted to what arrives. */
const FITTING: Readonly<Record<string, Fitting>> = {
  linear(_, at, { shape }) {
    const flatten: Fix = { kind: 'insert', at, call: 'flatten' };
    const count = shape.reduce((a, b) => a * b, 1);
    if (shape.length === 1) return [set(at, 'inFeatures', count)];
    return [flatten, { kind: 'both', fixes: [flatten, set(at + 1, 'inFeatures', count)] }];
  },
  conv2d(blocks, at, { shape }) {
    if (shape.length === 3) return [set(at, 'inChannels', shape[0]), ...smaller(blocks[at] as Block, at, shape)];
    return pictureBack(blocks, at, (channels) => set(at - 1, 'inChannels', channels));
  },
  batchNorm2d: perChannel,
  instanceNorm2d: perChannel,
  maxPool2d: pooled,
  avgPool2d: pooled,
  normalize(blocks, at) {
    const { call } = blocks[at] as Block;
    const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);
    const [mean, std] = typeof call === 'string' ? [] : [first(call[1]), first(call[2])];
    return [{ kind: 'both', fixes: [set(at, 'mean', mean), set(at, 'std', std)] }, remove(blocks, at)];
  },
  concat: (blocks, at) => [remove(blocks, at)],
};

function pooled(blocks: readonly Block[], at: number, { shape }: Flow): readonly Fix[] {
  const sized = shape.length === 3 ? smaller(blocks[at] as Block, at, shape) : pictureBack(blocks, at, null);
  return [...sized, remove(blocks, at)];
}

function remove(blocks: readonly Block[], at: number): Fix {
  return { kind: 'remove', at, name: (blocks[at] as Block).name };
}

/** A window that fits into a picture: zeros around it, or a smaller kernel. */
function smaller({ call, name }: Block, at: number, shape: readonly number[]): readonly Fix[] {
  const description = layerCall(name);
  if (description === undefined) return [];
  const kernel = argumentOf(call, description, 'kernelSize');
  const [height = 1, width = 1] = shape.slice(1);
  const [kh, kw] = Array.isArray(kernel) ? (kernel as readonly number[]) : [kernel as number, kernel as number];
  const fitted = [Math.min(kh as number, height), Math.min(kw as number, width)] as const;
  const size = fitted[0] === fitted[1] ? fitted[0] : fitted;
  return [set(at, 'padding', 'same'), set(at, 'kernelSize', size), set(at, 'padding', undefined)];
}

/** Takes out the `flatten` that made numbers of the picture that this block takes. */
function pictureBack(blocks: readonly Block[], at: number, fit: ((channels: number) => Fix) | null): readonly Fix[] {
  const flat = blocks.findLastIndex(({ name }, i) => i < at && name === 'flatten');
  const shape = blocks[flat]?.input?.shape;
  if (shape?.length !== 3) return [];
  const taken = remove(blocks, flat);
  const channels = blocks[at - 1]?.output?.shape.length === 1 ? (shape[0] as number) : null;
  return [
    taken,
    ...(fit === null || channels === null ? [] : [{ kind: 'both', fixes: [taken, fit(channels)] } as const]),
  ];
}

/** What is wrong in the call itself: its name, or one of its arguments. */
function byArguments({ call, name, problem }: Block, at: number): readonly Fix[] {
  const description = layerCall(name);
  if (description === undefined) {
    const near = closest(
      name,
      LAYER_CALLS.map((one) => one.name),
    );
    return [...(near === undefined ? [] : [{ kind: 'rename', at, name: near } as const]), { kind: 'remove', at, name }];
  }
  const wrong = /›\s*([\w-]+)\s*$/.exec(problem?.path ?? '')?.[1] ?? problem?.path ?? '';
  const argument = [...description.args, ...description.options].find((one) => one.name === wrong.split('.').at(-1));
  const named =
    argument === undefined
      ? []
      : [set(at, argument.name, argument.isOptional ? undefined : FIRST_VALUES[argument.kind])];
  const inChannels = argumentOf(call, description, 'inChannels');
  const groups = inChannels === undefined ? [] : [set(at, 'groups', undefined)];
  return [...named, ...groups, { kind: 'remove', at, name }];
}

const FIRST_VALUES: Readonly<Record<string, unknown>> = {
  count: 1,
  size: 1,
  number: 1,
  numbers: 1,
  share: 0.5,
  layer: 'relu',
};
