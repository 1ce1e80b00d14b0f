import { crossEntropy, type Node, NumericError, ndarray, ShapeError, tensor, ValueError } from '@descent/core';
import { node } from '@descent/core/backend';
import { add, constant, mean, mul, sum, tanh } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { gradCheck, values } from '@descent/core/testing';
import { describe, expect, test } from 'vitest';

/** `x²`, with a gradient rule that forgets the factor 2 where `right` is false. */
function square(x: Node, right: boolean): Node {
  return node(
    {
      name: 'square',
      kind: 'composite',
      infer: ([type]) => type ?? x.type,
      decompose: ([a]) => mul(a ?? x, a ?? x),
      grad: ({ inputs: [a], dy }) => [mul(mul(a ?? x, right ? 2 : 1), dy)],
    },
    [x],
    {},
  );
}

describe('gradCheck', () => {
  test('passes a right gradient, in every float argument', async () => {
    const f = (a: Node, b: Node): Node => sum(mul(tanh(a), b));
    const args = [values([2, 3], 1), values([3], 2)] as const;
    const { checked, maxAbsDifference } = await gradCheck(f as (...args: readonly Node[]) => Node, args);
    expect(checked).toBe(9);
    expect(maxAbsDifference).toBeLessThan(1e-8);
    const inFloat32 = await gradCheck(f as (...args: readonly Node[]) => Node, args, { backend: referenceBackend() });
    expect(inFloat32.maxAbsDifference).toBeGreaterThan(maxAbsDifference);
    expect(inFloat32.maxAbsDifference).toBeLessThan(1e-6);
  });

  test('leaves integers alone', async () => {
    const labels = ndarray('int32', [2], Int32Array.of(2, 0));
    const f = (...[logits, y]: readonly Node[]): Node => crossEntropy().apply(logits as Node, y as Node);
    expect((await gradCheck(f, [values([2, 3], 3), labels])).checked).toBe(6);
  });

  test('finds a wrong rule, and says where and by how much', async () => {
    const f = (right: boolean) => (x?: Node) => sum(square(x as Node, right));
    await expect(gradCheck(f(true), [tensor([1, -3])])).resolves.toMatchObject({ checked: 2 });
    const error = await gradCheck(f(false), [tensor([1, -3])]).catch((e: unknown) => e as Error);
    expect(error).toBeInstanceOf(NumericError);
    expect((error as Error).message).toMatch(
      /^argument 0, element 1: the gradient differs from finite differences\n {2}received: -3\n {2}expected: -(6|5\.9999\d*|6\.0000\d*) ± 0\.006/,
    );
  });

  test('refuses what it cannot check', async () => {
    await expect(gradCheck((x) => add(x as Node, 1), [tensor([1, 2])])).rejects.toThrow(ShapeError);
    await expect(gradCheck(() => constant(tensor(1)), [])).rejects.toThrow(ValueError);
    await expect(gradCheck((x) => mean(x as Node), [tensor([1])], { eps: 0 })).rejects.toThrow('eps');
  });
});
