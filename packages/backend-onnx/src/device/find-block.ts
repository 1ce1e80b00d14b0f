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

/** The number of channels in a block, found out by a convolution whose numbers are compared with those of the plain one; `null` where none gives them. */
export async function findBlock(
  ort: typeof Ort,
  open: (bytes: Uint8Array) => Promise<Ort.InferenceSession>,
): Promise<number | null> {
  for (const block of BLOCKS) if (await isRight(ort, open, block)) return block;
  return null;
}

async function isRight(
  ort: typeof Ort,
  open: (bytes: Uint8Array) => Promise<Ort.InferenceSession>,
  block: number,
): Promise<boolean> {
  let session: Ort.InferenceSession | undefined;
  try {
    session = await open(bothWays(block));
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
  } catch {
    // A runtime without these operators.
    return false;
  } finally {
    await session?.release();
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
