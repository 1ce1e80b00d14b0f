// Networks that are unrolled over time are long chains: passes must not recurse along them, nor do more work for each node the longer they are.
import { describe, expect, test } from 'vitest';
import {
  type CompositeOp,
  decompose,
  graph,
  type Node,
  node,
  optimize,
  printGraph,
  verify,
} from '../src/public/backend.ts';
import { gradients, tensor } from '../src/public/index.ts';
import * as o from '../src/public/ops.ts';
import { referenceBackend } from '../src/public/reference.ts';

const never = (): boolean => false;

/** A composite of a composite, without a gradient rule. */
const quadrupledOp: CompositeOp<'quadrupled'> = {
  kind: 'composite',
  name: 'quadrupled',
  infer: ([x]) => x as Node['type'],
  decompose: ([x]) => node(doubledOp, [node(doubledOp, [x as Node], {})], {}),
};
const doubledOp: CompositeOp<'doubled'> = {
  kind: 'composite',
  name: 'doubled',
  infer: ([x]) => x as Node['type'],
  decompose: ([x]) => o.add(x as Node, x as Node),
};

/** How often `pass` looks at what the first node of a chain of `count` composites depends on. */
function visits(count: number, pass: (y: Node, first: Node) => unknown): number {
  let seen = 0;
  const first: Node = {
    ...o.input('x', []),
    get inputs() {
      seen++;
      return [];
    },
  };
  let y: Node = first;
  for (let i = 0; i < count; i++) y = node(quadrupledOp, [y], {});
  pass(y, first);
  return seen;
}

describe('work for a node does not depend on how many others there are', () => {
  test.each([
    ['decompose', (y: Node) => decompose(graph({ y }), never)],
    ['optimize', (y: Node) => optimize(graph({ y }), never)],
    ['gradients', (y: Node, x: Node) => gradients(y, [x])],
  ])('%s', (_, pass) => {
    expect(visits(3, pass)).toBeGreaterThan(0);
    expect(visits(300, pass)).toBe(visits(3, pass));
  });

  test('2,000 softmaxes in a row are what one is, 2,000 times', () => {
    let y: Node = o.input('x', [2, 3]);
    for (let i = 0; i < 2000; i++) y = o.softmax(y);
    const g = optimize(graph({ y }), never);
    verify(g);
    expect(g.nodes).toHaveLength(1 + 5 * 2000);
  });
});

test('a chain of 100,000 nodes goes through everything', async () => {
  const x = o.input('x', []);
  let y: Node = x;
  for (let i = 0; i < 100_000; i++) y = i % 100 === 0 ? o.neg(y) : o.add(y, 1);
  const [dx] = gradients(y, [x]) as [Node];
  const g = graph({ y, dx });
  expect(g.nodes.length).toBeGreaterThan(100_000);
  verify(g);
  expect(printGraph(g).split('\n')).toHaveLength(g.nodes.length + 2);
  const backend = referenceBackend();
  const executable = await backend.compile({ graph: g, reads: [], writes: [] });
  const { dx: slope } = await executable.run({ x: tensor(0.5) });
  expect(slope?.data[0]).toBe(1);
  await backend.dispose();
});

test('a list that goes on growing does not change what was made of it', () => {
  const values = [o.input('x', [2, 1])];
  const first = o.concat(values, 1);
  values.push(first);
  const second = o.concat(values, 1);
  values.push(second);
  expect(first.inputs).toHaveLength(1);
  expect(second.inputs).toHaveLength(2);
  expect(() => verify(graph({ second }))).not.toThrow();
});
