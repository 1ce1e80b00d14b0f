import { type Graph, rewrite } from '../ir/graph.ts';
import { type NDArray, zeros } from '../ir/ndarray.ts';
import { isOp } from '../ir/node.ts';
import { type DrawAttrs, drawOp } from '../ops/leaf/draw.ts';
import { input } from '../ops/leaf/input.ts';
import { bernoulli } from '../random/bernoulli.ts';
import { fold, type Key } from '../random/key.ts';
import { uniform } from '../random/uniform.ts';

/** A graph input that is filled with new random numbers at every step. */
export interface DrawInput extends DrawAttrs {
  readonly name: string;
}

type Normal = typeof import('../random/normal.ts').normal;

/** A draw that can be made. */
export interface ReadyDraw extends DrawInput {
  /** What fills arrays from a Gaussian, for one that is drawn from such. */
  readonly normal?: Normal;
}

/** Turns every draw into a graph input, so that backends see no randomness, and lists what to feed. */
export function externalizeDraws(g: Graph): { readonly graph: Graph; readonly draws: readonly DrawInput[] } {
  const draws = new Map<string, DrawInput>();
  const rewritten = rewrite(g, (n) => {
    if (!isOp(n, drawOp)) return null;
    const name = `draw/${n.attrs.stream}/${draws.size}`;
    draws.set(name, { name, ...n.attrs });
    return input(name, n.type.shape, n.type.dtype);
  });
  return { graph: rewritten, draws: [...draws.values()] };
}

function dtypeOf({ distribution }: DrawInput): 'uint8' | 'float32' {
  return distribution.kind === 'bernoulli' ? 'uint8' : 'float32';
}

/** Fills `out` with the numbers of `draw` at `step`: they depend on the seed, the stream's name and the step only. */
function fill(
  root: Key,
  { stream, distribution, normal }: ReadyDraw,
  step: number,
  out: Uint8Array | Float32Array,
): void {
  const key = fold(fold(root, stream), step);
  if (distribution.kind === 'bernoulli') bernoulli(key, out as Uint8Array, distribution.p);
  else if (distribution.kind === 'uniform') uniform(key, out as Float32Array, distribution.low, distribution.high);
  else (normal as Normal)(key, out as Float32Array, distribution.mean, distribution.std);
}

/** The feed of `draw` for `step`: `[…shape]`. */
export function drawStep(root: Key, draw: ReadyDraw, step: number): NDArray {
  const array = zeros(draw.shape, dtypeOf(draw));
  fill(root, draw, step, array.data as Uint8Array | Float32Array);
  return array;
}

/** The feed of `draw` for `steps` steps from `first` on: `[steps, …shape]`. */
export function drawSteps(root: Key, draw: ReadyDraw, first: number, steps: number): NDArray {
  const array = zeros([steps, ...draw.shape], dtypeOf(draw));
  const size = array.data.length / Math.max(1, steps);
  for (let i = 0; i < steps; i++) fill(root, draw, first + i, array.data.subarray(i * size, (i + 1) * size));
  return array;
}
