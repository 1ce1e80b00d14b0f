import { type Arrays, gradients, type NDArray, type Node, NumericError } from '@descent/core';
import { graph, isOp } from '@descent/core/backend';
import { add, constant, inputOp, mul, scalar, sum } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { dot } from '@descent/core/testing';
import { describe, expect, test } from 'vitest';
import { caseNetwork, outputsOn } from './onnx-cases/network.ts';
import { caseNames, noData, readCase } from './onnx-cases/read.ts';
import { outOfScope } from './onnx-cases/scope.ts';

const exact = referenceBackend({ precision: 'float64' });
const EPS = 1e-6;

/** Numbers without a pattern, from -1 to 1. */
const generic = (i: number): number => Math.sin(i * 12.9898 + 4.1414);

/** Without a finite difference: 1 is the end of the domain of acosh, and 59⁵⁹ is none of float32. */
const WITHOUT = /^(acosh_example|pow)$/;

/** Σ wᵢ·yᵢ over all float outputs, with weights that nothing cancels. */
function weighted(outputs: readonly Node[]): Node {
  return outputs
    .filter(({ type }) => type.dtype === 'float32')
    .map((y) => {
      const count = y.type.shape.reduce((n, d) => n * d, 1);
      const data = Float32Array.from({ length: count }, (_, i) => generic(i + 1));
      return sum(mul(y, constant({ dtype: 'float32', shape: y.type.shape, data })));
    })
    .reduce(add, scalar(0));
}

interface Comparison {
  readonly difference: number;
  readonly slope: number;
}

/** How far the gradient of a case is from finite differences along one direction, as a share of them; undefined where nothing is differentiable. */
async function compared(name: string): Promise<Comparison | undefined> {
  const { graph: whole, names, feeds } = await caseNetwork(readCase('node', name));
  const inputs = whole.nodes.filter((n) => isOp(n, inputOp) && n.type.dtype === 'float32');
  const value = weighted(names.map((y) => whole.outputs.get(y) as Node));
  if (inputs.length === 0 || value.inputs.length === 0) return undefined;
  const found = gradients(value, inputs);
  const named = inputs.map((n) => (n.attrs as { name: string }).name);
  const at = named.map((n) => float64(feeds[n] as NDArray));
  const direction = at.map((x, k) => ({ ...x, data: x.data.map((_, i) => generic(i + 17 * (k + 1))) }));
  const moved = (by: number): Arrays => ({
    ...feeds,
    ...Object.fromEntries(
      named.map((n, k) => {
        const [x, v] = [at[k], direction[k]] as [NDArray<'float64'>, NDArray<'float64'>];
        return [n, { ...x, data: x.data.map((a, i) => a + by * (v.data[i] as number)) }];
      }),
    ),
  });
  const outputs = Object.fromEntries(found.map((g, k) => [`g${k}`, g]));
  const results = await outputsOn(exact, graph({ value, ...outputs }), moved(0));
  const slope = direction.reduce((total, v, k) => total + dot(results[`g${k}`] as NDArray, v), 0);
  const valueAt = async (by: number): Promise<number> =>
    (await outputsOn(exact, graph({ value }), moved(by)))['value']?.data[0] as number;
  const expected = ((await valueAt(EPS)) - (await valueAt(-EPS))) / (2 * EPS);
  if (!Number.isFinite(slope)) throw new NumericError('the gradient is not finite', { received: `${slope}` });
  return { slope, difference: Math.abs(slope - expected) / Math.max(1, Math.abs(expected)) };
}

/** The same numbers, moved a little off whole ones, at which functions have kinks. */
function float64({ shape, data }: NDArray): NDArray<'float64'> {
  return { dtype: 'float64', shape, data: Float64Array.from(data, (v, i) => v * 0.997 + 1e-3 * generic(i + 3)) };
}

describe('gradients of imported networks are what finite differences say', () => {
  let checked = 0;

  test.for(caseNames('node').filter((n) => outOfScope(n) === undefined && !WITHOUT.test(n)))('%s', async (name) => {
    const found = await compared(name);
    if (found === undefined) return;
    expect(found.difference).toBeLessThan(1e-4);
    if (found.slope !== 0) checked++;
  });

  test('most of them are not zero', ({ skip }) => {
    skip(noData !== undefined, noData);
    expect(checked).toBeGreaterThan(400);
  });
});
