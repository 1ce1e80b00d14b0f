import { type AnyLayer, ndarray, vjp } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { functionOf } from './find.ts';

/** Doubles, so that each digit that is shown is right. */
const EXACT = referenceBackend({ precision: 'float64' });

/** Where curves are drawn, from −6 to 6 in steps that binary numbers hold. */
export const MOST = 6;
export const STEP = 1 / 16;
export const XS: readonly number[] = Array.from({ length: (2 * MOST) / STEP + 1 }, (_, i) => -MOST + i * STEP);

export interface Curve {
  /** At each of `XS`. */
  readonly values: readonly number[];
  readonly slopes: readonly number[];
}

/** An elementwise layer and its derivative, by core's automatic differentiation. */
export async function curveOf(layer: AnyLayer): Promise<Curve> {
  const run = vjp(functionOf(layer), { backend: EXACT });
  try {
    const { value, grads } = await run([ndarray('float32', [XS.length], Float32Array.from(XS))], ones(XS.length));
    return { values: [...(value.data as Float64Array)], slopes: [...(grads[0]!.data as Float64Array)] };
  } finally {
    run.dispose();
  }
}

/** The steepest place of a curve, and the share of it that is so flat that hardly any gradient comes back. */
export interface CurveFacts {
  readonly steepest: number;
  readonly flatShare: number;
}

/** Slopes below this let a hundredth of the gradient through, or less. */
export const FLAT = 0.01;

export function factsOf({ slopes }: Curve): CurveFacts {
  return {
    steepest: Math.max(...slopes.map(Math.abs)),
    flatShare: slopes.filter((slope) => Math.abs(slope) < FLAT).length / slopes.length,
  };
}

function ones(count: number) {
  return ndarray('float32', [count], new Float32Array(count).fill(1));
}
