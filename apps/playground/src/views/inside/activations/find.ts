import { buildLayer, describeCalls } from '@descent/cli/config';
import { type AnyLayer, applyLayer, DescentError, type NDArray, type Node, ndarray } from '@descent/core';
import { compute } from '../reference.ts';

/** An activation layer of core. */
export interface Activation {
  readonly name: string;
  readonly layer: AnyLayer;
  /** Whether each number becomes another by itself, or all numbers of a sample together, as in a softmax. */
  readonly kind: 'elementwise' | 'together';
}

/** What is asked of a layer to find out what it is: some lines through the space of three numbers, looked at in equal steps. */
const LINES: readonly (readonly [from: readonly number[], step: readonly number[]])[] = [
  [
    [-3, 0.5, 1],
    [1, 0, 0],
  ],
  [
    [2.5, -4, 0],
    [-0.5, 1, 0.25],
  ],
  [
    [-0.25, 3, -2],
    [0.75, -1, 1],
  ],
];
const STEPS = 7;
const WIDTH = 3;
const TOLERANCE = 1e-5;

/**
 * The layers of core that are activations, in the order of core's table: those that need no argument, have no parameters, keep the shape and are
 * no straight line.
 */
export async function findActivations(): Promise<readonly Activation[]> {
  const plain = describeCalls('layer').filter(({ args, rest }) => rest === null && args.every((one) => one.isOptional));
  const found = await Promise.all(
    plain.map(async ({ name }): Promise<Activation | null> => {
      const layer = buildLayer(name);
      const kind = await kindOf(layer);
      return kind === null ? null : { name, layer, kind };
    }),
  );
  return found.filter((one) => one !== null);
}

/** The layer as a function of a tensor, as it is in inference. */
export function functionOf(layer: AnyLayer): (...args: readonly Node[]) => Node {
  return (x) => applyLayer(layer, x as Node, new Map(), { training: false }) as Node;
}

/** `null` for what is no activation. */
async function kindOf(layer: AnyLayer): Promise<Activation['kind'] | null> {
  if (layer.parameters.length > 0) return null;
  const rows = LINES.flatMap(([from, step]) =>
    Array.from({ length: STEPS }, (_, t) => from.map((value, i) => value + t * (step[i] as number))),
  );
  const points = Float32Array.from(rows.flat());
  const f = functionOf(layer);
  const together = await evaluated(f, ndarray('float32', [rows.length, WIDTH], points));
  if (together === null || isStraight(together)) return null;
  const apart = await evaluated(f, ndarray('float32', [points.length, 1], points));
  return apart?.every((value, i) => value === together[i]) === true ? 'elementwise' : 'together';
}

/** `null` where the layer does not take such a tensor, or gives one of another shape. */
async function evaluated(f: (...args: readonly Node[]) => Node, x: NDArray): Promise<Float32Array | null> {
  try {
    const { shape, data } = await compute(f, [x]);
    return String(shape) === String(x.shape) ? (data as Float32Array) : null;
  } catch (error) {
    if (error instanceof DescentError) return null;
    throw error;
  }
}

/** Whether equal steps of the input are equal steps of the output everywhere. */
function isStraight(values: Float32Array): boolean {
  const at = (line: number, step: number, i: number): number => values[(line * STEPS + step) * WIDTH + i] as number;
  return LINES.every((_, line) =>
    Array.from({ length: (STEPS - 2) * WIDTH }, (_, n) => [1 + Math.floor(n / WIDTH), n % WIDTH] as const).every(
      ([t, i]) => Math.abs(at(line, t + 1, i) - 2 * at(line, t, i) + at(line, t - 1, i)) <= TOLERANCE,
    ),
  );
}
