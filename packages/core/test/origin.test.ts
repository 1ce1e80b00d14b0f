import { graph, optimize, rewrite } from '@descent/core/backend';
import { add, exp, input, mul, softmax } from '@descent/core/ops';
import { expect, test } from 'vitest';

test('what takes the place of a node is of the same origin, and what was there before keeps its own', () => {
  const x = { ...input('x', [2, 3]), origin: 'outside' };
  const y = { ...softmax(exp(x)), origin: 'layer' };
  const start = graph({ y: { ...y, inputs: y.inputs.map((n) => ({ ...n, origin: 'before' })) } });
  const { nodes } = optimize(start, () => false);
  const origins = nodes.map((n) => [n.op.name, n.origin]);
  expect(origins[0]).toEqual(['input', 'outside']);
  expect(origins[1]).toEqual(['exp', 'before']);
  expect(nodes.length).toBeGreaterThan(3);
  expect(origins.slice(2).every(([, origin]) => origin === 'layer')).toBe(true);
});

test('new nodes are said to be of it once where two of them are one', () => {
  const x = { ...input('x', [2]), origin: '' };
  const n = { ...exp(x), origin: 'here' };
  const { nodes } = rewrite(graph({ y: n }), (m) => {
    if (m.op.name !== 'exp') return null;
    const both = mul(m.inputs[0] as typeof x, 2);
    return add(both, both);
  });
  expect(nodes.filter((m) => m.op.name === 'mul')).toHaveLength(1);
  expect(nodes.every((m) => m.origin !== undefined)).toBe(true);
});
