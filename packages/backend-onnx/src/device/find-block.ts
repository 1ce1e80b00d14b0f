import { DescentError } from '@descent/core';
import { blockedConvolutions } from '../blocked-convolutions.ts';
import { GraphBuilder } from '../model/builder.ts';
import { Names } from '../model/names.ts';
import { toBytes } from '../model/to-bytes.ts';
import type { Value } from '../model/value.ts';
import type { Ort } from '../runtime/runtime.ts';

/** Those that ONNX Runtime has for processors: it does not say which of them it has here. */
const BLOCKS = [16, 8];
const IMAGES = [1, 32, 16, 17];
const FILTERS = [32, 32, 3, 3];

/** How many channels are in a block; where there are no blocks, why. */
export type FoundBlock = { readonly block: number } | { readonly none: string };

type Open = (bytes: Uint8Array) => Promise<Ort.InferenceSession>;

/** What each runtime was found to have: it depends on the processor, so that one trial is enough for a process. */
const known = new WeakMap<object, Promise<FoundBlock>>();

/** As `findBlock`, at the first call for a runtime. What failed for a reason that may pass is tried again. */
export function knownBlock(ort: typeof Ort, open: Open): Promise<FoundBlock> {
  const found = known.get(ort) ?? findBlock(ort, open);
  known.set(ort, found);
  found.catch(() => known.delete(ort));
  return found;
}

/**
 * The number of channels in a block, found out by a convolution whose numbers are compared with those of the plain one. Throws what the runtime throws, unless that
 * says that it does not have these operators.
 */
export async function findBlock(ort: typeof Ort, open: Open): Promise<FoundBlock> {
  const failures: unknown[] = [];
  for (const block of BLOCKS) {
    try {
      if (await isRight(ort, open, block)) return { block };
    } catch (error) {
      const reason = error instanceof DescentError ? `${error.details.received}` : String(error);
      if (MISSING.test(reason)) return { none: reason };
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return { none: `blocks of ${BLOCKS.join(' and of ')} channels give other numbers` };
}

/** How ONNX Runtime says that it does not have an operator, or not for this processor. */
const MISSING = /not a registered function|No Op registered|NOT_IMPLEMENTED|Could not find an implementation/i;

async function isRight(ort: typeof Ort, open: Open, block: number): Promise<boolean> {
  const session = await open(bothWays(block));
  try {
    const tensor = (shape: readonly number[], factor: number): Ort.Tensor => {
      const size = shape.reduce((n, d) => n * d, 1);
      return new ort.Tensor(
        'float32',
        Float32Array.from({ length: size }, (_, i) => Math.sin(factor * i)),
        [...shape],
      );
    };
    const { plain, blocked } = await session.run({ x: tensor(IMAGES, 0.37), w: tensor(FILTERS, 0.73) });
    const wanted = plain?.data as Float32Array;
    return wanted.every((v, i) => Math.abs(v - ((blocked as Ort.Tensor).data[i] as number)) < 1e-4);
  } finally {
    await session.release();
  }
}

/** One convolution, plain and in blocks. */
function bothWays(block: number): Uint8Array {
  const convolve = blockedConvolutions(block);
  const b = new GraphBuilder(new Names(['x', 'w', 'plain', 'blocked']));
  const input = (name: string, shape: readonly number[]): Value => b.declare({ name, dtype: 'float32', shape });
  const inputs = [input('x', IMAGES), input('w', FILTERS)];
  const result = { dtype: 'float32', shape: IMAGES } as const;
  const attributes = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
  const [plain, blocked] = [b.add('Conv', inputs, result, attributes), convolve(b, 'Conv', inputs, result, attributes)];
  const graph = b.finish(
    'both',
    inputs,
    new Map([
      ['plain', plain],
      ['blocked', blocked as Value],
    ]),
  );
  return toBytes({ graph, opset: b.opset });
}
