import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { share } from '../src/passes/share.ts';
import { simplify } from '../src/passes/simplify.ts';
import {
  type CompositeOp,
  DescentError,
  decompose,
  type Graph,
  graph,
  type Node,
  node,
  optimize,
  printGraph,
  verify,
} from '../src/public/backend.ts';
import { type NDArray, tensor } from '../src/public/index.ts';
import * as o from '../src/public/ops.ts';
import { formatArray, largestDifference, values } from '../src/public/testing.ts';
import { copy, evaluate } from '../src/reference/evaluate.ts';

const none = (): boolean => false;
const x = o.input('x', [2, 3]);
const image = o.input('image', [1, 2, 4, 4]);

const simplified = (y: Node): string => printGraph(simplify(graph({ y })));

describe('decompose', () => {
  test('expands a composite into primitives', () => {
    expect(printGraph(decompose(graph({ y: o.softmax(x) }), none))).toMatchInlineSnapshot(`
      "%0 = input(name=x, dtype=float32, shape=[2, 3]) float32[2, 3]
      %1 = max(%0, axes=[1], keepDims=true) float32[2, 1]
      %2 = sub(%0, %1) float32[2, 3]
      %3 = exp(%2) float32[2, 3]
      %4 = sum(%3, axes=[1], keepDims=true) float32[2, 1]
      %5 = div(%3, %4) float32[2, 3]
      return y = %5"
    `);
  });

  test('keeps the composites that a backend has itself', () => {
    const g = graph({ y: o.softmax(x), z: o.logSoftmax(x) });
    expect(printGraph(decompose(g, (name) => name === 'softmax'))).toMatchInlineSnapshot(`
      "%0 = input(name=x, dtype=float32, shape=[2, 3]) float32[2, 3]
      %1 = softmax(%0, axis=1) float32[2, 3]
      %2 = max(%0, axes=[1], keepDims=true) float32[2, 1]
      %3 = sub(%0, %2) float32[2, 3]
      %4 = exp(%3) float32[2, 3]
      %5 = sum(%4, axes=[1], keepDims=true) float32[2, 1]
      %6 = log(%5) float32[2, 1]
      %7 = sub(%3, %6) float32[2, 3]
      return y = %1
      return z = %7"
    `);
  });

  test('expands composites of composites', () => {
    const gaussianOp: CompositeOp<'gaussian'> = {
      kind: 'composite',
      name: 'gaussian',
      infer: ([type]) => type as Node['type'],
      decompose: ([a]) => o.exp(o.neg(node(squareOp, [a as Node], {}))),
    };
    const squareOp: CompositeOp<'square'> = {
      kind: 'composite',
      name: 'square',
      infer: ([type]) => type as Node['type'],
      decompose: ([a]) => o.mul(a as Node, a as Node),
    };
    const g = graph({ y: node(gaussianOp, [x], {}) });
    expect(printGraph(decompose(g, none))).toMatchInlineSnapshot(`
      "%0 = input(name=x, dtype=float32, shape=[2, 3]) float32[2, 3]
      %1 = mul(%0, %0) float32[2, 3]
      %2 = neg(%1) float32[2, 3]
      %3 = exp(%2) float32[2, 3]
      return y = %3"
    `);
    expect(printGraph(decompose(g, (name) => name === 'square'))).toMatchInlineSnapshot(`
      "%0 = input(name=x, dtype=float32, shape=[2, 3]) float32[2, 3]
      %1 = square(%0) float32[2, 3]
      %2 = neg(%1) float32[2, 3]
      %3 = exp(%2) float32[2, 3]
      return y = %3"
    `);
  });
});

describe('simplify', () => {
  test('pools before a function that never decreases: fewer elements', () => {
    expect(simplified(o.maxPool2d(o.relu(image), 2))).toMatchInlineSnapshot(`
      "%0 = input(name=image, dtype=float32, shape=[1, 2, 4, 4]) float32[1, 2, 4, 4]
      %1 = maxPool2d(%0, kernel=[2, 2], strides=[2, 2], pads=[0, 0, 0, 0]) float32[1, 2, 2, 2]
      %2 = relu(%1) float32[1, 2, 2, 2]
      return y = %2"
    `);
  });

  test('does not move a pooling over a function that may decrease', () => {
    const y = o.maxPool2d(o.abs(image), 2);
    expect(simplified(y)).toBe(printGraph(graph({ y })));
  });

  test('joins reshapes, and drops those that end where they began', () => {
    expect(simplified(o.reshape(o.reshape(o.reshape(x, [6]), [3, 2]), [1, 6]))).toMatchInlineSnapshot(`
      "%0 = input(name=x, dtype=float32, shape=[2, 3]) float32[2, 3]
      %1 = reshape(%0, shape=[1, 6]) float32[1, 6]
      return y = %1"
    `);
    expect(simplified(o.neg(o.reshape(o.reshape(x, [6]), [2, 3])))).toMatchInlineSnapshot(`
      "%0 = input(name=x, dtype=float32, shape=[2, 3]) float32[2, 3]
      %1 = neg(%0) float32[2, 3]
      return y = %1"
    `);
  });

  test('joins transposes, and drops those that undo each other', () => {
    const y = o.input('y', [2, 3, 4]);
    expect(simplified(o.transpose(o.transpose(y, [1, 2, 0]), [2, 1, 0]))).toMatchInlineSnapshot(`
      "%0 = input(name=y, dtype=float32, shape=[2, 3, 4]) float32[2, 3, 4]
      %1 = transpose(%0, perm=[0, 2, 1]) float32[2, 4, 3]
      return y = %1"
    `);
    expect(simplified(o.neg(o.transpose(o.transpose(y, [1, 2, 0]), [2, 0, 1])))).toMatchInlineSnapshot(`
      "%0 = input(name=y, dtype=float32, shape=[2, 3, 4]) float32[2, 3, 4]
      %1 = neg(%0) float32[2, 3, 4]
      return y = %1"
    `);
  });

  test('drops adding 0, multiplying by 1, dividing by 1 and subtracting 0', () => {
    expect(simplified(o.sub(o.div(o.mul(1, o.add(o.mul(o.add(x, 0), 1), 0)), 1), 0))).toMatchInlineSnapshot(`
      "%0 = input(name=x, dtype=float32, shape=[2, 3]) float32[2, 3]
      return y = %0"
    `);
  });

  test('keeps adding a 0 that broadcasts', () => {
    const zero = o.constant(tensor([[[0]]]));
    expect(simplified(o.add(x, zero))).toMatchInlineSnapshot(`
      "%0 = input(name=x, dtype=float32, shape=[2, 3]) float32[2, 3]
      %1 = constant(value={dtype=float32, shape=[1, 1, 1], data=[0]}) float32[1, 1, 1]
      %2 = add(%0, %1) float32[1, 2, 3]
      return y = %2"
    `);
    expect(simplified(o.sub(0, x))).toMatchInlineSnapshot(`
      "%0 = constant(value={dtype=float32, shape=[], data=[0]}) float32[]
      %1 = input(name=x, dtype=float32, shape=[2, 3]) float32[2, 3]
      %2 = sub(%0, %1) float32[2, 3]
      return y = %2"
    `);
  });

  test('drops broadcasts in front of elementwise ops that broadcast themselves', () => {
    const row = o.input('row', [3]);
    expect(simplified(o.mul(x, o.broadcastTo(row, [2, 3])))).toMatchInlineSnapshot(`
      "%0 = input(name=x, dtype=float32, shape=[2, 3]) float32[2, 3]
      %1 = input(name=row, dtype=float32, shape=[3]) float32[3]
      %2 = mul(%0, %1) float32[2, 3]
      return y = %2"
    `);
    expect(
      simplified(o.where(o.greater(x, o.broadcastTo(row, [2, 3])), x, o.broadcastTo(o.scalar(0), [2, 3]))),
    ).toMatchInlineSnapshot(`
      "%0 = input(name=x, dtype=float32, shape=[2, 3]) float32[2, 3]
      %1 = input(name=row, dtype=float32, shape=[3]) float32[3]
      %2 = greater(%0, %1) bool[2, 3]
      %3 = constant(value={dtype=float32, shape=[], data=[0]}) float32[]
      %4 = where(%2, %0, %3) float32[2, 3]
      return y = %4"
    `);
  });

  test('keeps a broadcast that gives the result its shape', () => {
    const y = o.exp(o.broadcastTo(o.input('row', [3]), [2, 3]));
    expect(simplified(y)).toBe(printGraph(graph({ y })));
  });

  test('broadcasts a reshaped scalar directly', () => {
    expect(simplified(o.matmul(o.reshape(o.broadcastTo(o.scalar(2), [6]), [3, 2]), x))).toMatchInlineSnapshot(`
      "%0 = constant(value={dtype=float32, shape=[], data=[2]}) float32[]
      %1 = broadcastTo(%0, shape=[3, 2]) float32[3, 2]
      %2 = input(name=x, dtype=float32, shape=[2, 3]) float32[2, 3]
      %3 = matmul(%1, %2, transposeA=false, transposeB=false) float32[3, 3]
      return y = %3"
    `);
  });

  test('joins padded pieces in whatever order they are added', () => {
    const whole = [0, 3, 1, 2].map((at) => o.pad(o.input(`p${at}`, [2, 3]), [0, 3 * at], [0, 9 - 3 * at]));
    const sum = whole.reduce((y, piece) => o.add(y, piece));
    expect(simplified(sum)).toContain('= concat(');
    expect(simplified(sum)).not.toMatch(/= (add|pad)\(/);
    const other = o.input('other', [2, 12]);
    const among = simplified(o.add(o.add(o.add(whole[0] as Node, other), whole[1] as Node), whole[3] as Node));
    expect(among.match(/= add\(/g)).toHaveLength(2);
    expect(among.match(/= pad\(/g)).toHaveLength(2);
  });

  test('sums of padded pieces are what they were before they were joined', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 2 }), fc.boolean(), (places, isBeside) => {
        const pieces = places.map((at, i) => o.pad(o.constant(values([2, 2], i + 1)), [0, 2 * at], [0, 8 - 2 * at]));
        const terms = isBeside ? pieces.toSpliced(1, 0, o.constant(values([2, 10], 9))) : pieces;
        const y = terms.reduce((sum, term) => o.add(sum, term));
        const [before, after] = [graph({ y }), simplify(graph({ y }))].map((g) =>
          evaluate(g, new Map(), 'float64').get('y'),
        ) as [NDArray, NDArray];
        expect(largestDifference(after, before)).toBeLessThan(1e-12);
      }),
    );
  });

  test('a padded row that is added to every row is not joined to one of them', () => {
    const row = o.pad(o.constant(values([1, 2], 1)), [0, 1], [0, 0]);
    const below = o.pad(o.constant(values([1, 2], 2)), [1, 1], [0, 0]);
    const [before, after] = [graph({ y: o.add(row, below) }), simplify(graph({ y: o.add(row, below) }))].map((g) =>
      evaluate(g, new Map(), 'float64').get('y'),
    ) as [NDArray, NDArray];
    expect(largestDifference(after, before)).toBe(0);
  });

  test('drops casts, slices, pads, reductions and flips that do nothing', () => {
    const kept = node(o.castOp, [x], { to: 'float32' });
    const whole = node(o.sliceOp, [kept], { starts: [0, 0], ends: [2, 3], steps: [1, 1] });
    const padded = o.pad(whole, [0, 0], [0, 0]);
    const reduced = o.max(o.sum(o.flip(padded, []), { axes: [] }), { axes: [] });
    expect(simplified(o.neg(o.concat([reduced])))).toMatchInlineSnapshot(`
      "%0 = input(name=x, dtype=float32, shape=[2, 3]) float32[2, 3]
      %1 = neg(%0) float32[2, 3]
      return y = %1"
    `);
  });
});

describe('share', () => {
  test('computes equal expressions once, whatever the order of commuting operands', () => {
    const [a, b] = [o.input('a', [2]), o.input('b', [2])];
    const y = o.mul(o.add(o.exp(a), b), o.add(b, o.exp(a)));
    expect(printGraph(share(graph({ y })))).toMatchInlineSnapshot(`
      "%0 = input(name=a, dtype=float32, shape=[2]) float32[2]
      %1 = exp(%0) float32[2]
      %2 = input(name=b, dtype=float32, shape=[2]) float32[2]
      %3 = add(%1, %2) float32[2]
      %4 = mul(%3, %3) float32[2]
      return y = %4"
    `);
  });

  test('keeps apart what differs in operand order, attributes or type', () => {
    const [a, b] = [o.input('a', [2, 2]), o.input('b', [2, 2])];
    const differing = [
      [o.sub(a, b), o.sub(b, a)],
      [o.sum(a, { axes: 0 }), o.sum(a, { axes: 1 })],
      [o.scalar(0), o.scalar(-0)],
      [o.scalar(1), o.scalar(1, 'int32')],
      [
        o.pad(a, [1, 0], [0, 0], { value: Number.NEGATIVE_INFINITY }),
        o.pad(a, [1, 0], [0, 0], { value: Number.POSITIVE_INFINITY }),
      ],
      [o.pad(a, [1, 0], [0, 0], { value: Number.NaN }), o.pad(a, [1, 0], [0, 0], { value: Number.NEGATIVE_INFINITY })],
    ] as const;
    for (const [y, z] of differing) {
      const { outputs } = share(graph({ y, z }));
      expect(outputs.get('y')).not.toBe(outputs.get('z'));
    }
  });

  test('keeps ops of one name apart', () => {
    const twice: CompositeOp<'mine'> = {
      kind: 'composite',
      name: 'mine',
      infer: ([t]) => t as Node['type'],
      decompose: ([a]) => o.mul(a as Node, 2),
    };
    const thrice: CompositeOp<'mine'> = { ...twice, decompose: ([a]) => o.mul(a as Node, 3) };
    const { outputs } = share(graph({ y: node(twice, [x], {}), z: node(thrice, [x], {}) }));
    expect(outputs.get('y')).not.toBe(outputs.get('z'));
  });

  test('does not compare large constants, which would cost more than it saves', () => {
    const large = values([65], 1);
    const { outputs } = share(
      graph({
        y: o.constant(large),
        z: o.constant(large),
        small: o.constant(values([64], 1)),
        same: o.constant(values([64], 1)),
      }),
    );
    expect(outputs.get('y')).not.toBe(outputs.get('z'));
    expect(outputs.get('small')).toBe(outputs.get('same'));
  });
});

describe('verify', () => {
  const y = o.add(o.exp(x), 1);

  test('accepts what the builders and the passes make', () => {
    expect(() => verify(graph({ y }))).not.toThrow();
    expect(() =>
      verify(optimize(graph({ y: o.softmaxCrossEntropy(x, o.input('labels', [2], 'int32')) }), none)),
    ).not.toThrow();
  });

  test('refuses a recorded type that the op does not infer, and prints the graph', () => {
    const broken: Node = { ...y, type: { dtype: 'float32', shape: [3, 2] } };
    expect(() => verify(graph({ y: broken }))).toThrow(DescentError);
    expect(() => verify(graph({ y: broken }))).toThrow(
      /broken at add.*\[3,2\].*\[2,3\].*%3 = add\(%1, %2\) float32\[3, 2\]/s,
    );
  });

  test('refuses a node before its operand, and one whose operand is not there', () => {
    const { nodes, outputs } = graph({ y });
    expect(() => verify({ outputs, nodes: nodes.toReversed() })).toThrow(/before its user/);
    expect(() => verify({ outputs, nodes: nodes.slice(1) })).toThrow(/before its user/);
  });
});

describe('optimize keeps the values', () => {
  const feeds = new Map([
    ['a', values([2, 3], 1)],
    ['b', values([3], 2)],
    ['c', values([2, 1], 3)],
    ['d', values([2, 2, 4], 4)],
  ]);
  const leaves: readonly Node[] = [
    ...[...feeds].map(([name, { shape }]) => o.input(name, shape)),
    ...[0, 1, -0.5].map((v) => o.scalar(v)),
    o.scalar(1, 'float32', [1, 1]),
    o.scalar(0, 'float32', [2, 3]),
  ];

  /** Grows a graph by one node; `n` gives the op its free choices. Throws a ShapeError where it does not fit. */
  type Grow = (a: Node, b: Node, n: number) => Node;
  const axisOf = (a: Node, n: number): number => n % Math.max(1, a.type.shape.length);
  const rotated = (a: Node, n: number): readonly number[] => a.type.shape.map((_, i) => (i + n) % a.type.shape.length);
  const elements = (a: Node): number => a.type.shape.reduce((p, d) => p * d, 1);
  const grow: readonly Grow[] = [
    ...[o.neg, o.abs, o.relu, o.tanh, o.sigmoid, o.sin, o.floor, o.sign].map(
      (f): Grow =>
        (a) =>
          f(a),
    ),
    ...[o.add, o.sub, o.mul, o.maximum, o.minimum, o.add, o.mul].map(
      (f): Grow =>
        (a, b) =>
          f(a, b),
    ),
    (a, b) => o.where(o.greater(a, b), a, b),
    (a, b) => o.cast(o.logicalOr(o.less(a, b), o.equal(a, b)), 'float32'),
    (a, _, n) => o.cast(o.cast(a, 'int32'), n % 2 === 0 ? 'float32' : 'int32'),
    (a, _, n) => o.sum(a, { axes: axisOf(a, n), keepDims: n % 2 === 0 }),
    (a, _, n) => o.mean(a, { axes: n % 3 === 0 ? [] : axisOf(a, n), keepDims: n % 2 === 0 }),
    (a, _, n) => o.max(a, { axes: axisOf(a, n), keepDims: n % 2 === 0 }),
    (a) => o.reshape(a, [elements(a)]),
    (a) => o.reshape(a, [1, 1, elements(a), 1]),
    (a) => o.reshape(a, [2, elements(a) / 2]),
    (a, _, n) => o.transpose(a, rotated(a, n)),
    (a) => o.transpose(a),
    (a, _, n) => o.broadcastTo(a, [1 + (n % 2), ...a.type.shape]),
    (a, b) => o.broadcastTo(a, b.type.shape),
    (a, _, n) => o.flip(a, n % 2 === 0 ? [] : axisOf(a, n)),
    (a, _, n) => o.slice(a, { axis: axisOf(a, n), start: n % 2, step: 1 + (n % 3) }),
    (a, _, n) =>
      o.pad(
        a,
        a.type.shape.map(() => n % 2),
        a.type.shape.map(() => 0),
        { value: n, interior: a.type.shape.map(() => n % 3) },
      ),
    (a, b, n) => o.concat(n % 3 === 0 ? [a] : [a, b], axisOf(a, n)),
    (a) => o.softmax(a),
    (a) => o.logSoftmax(a),
    (a, b, n) => o.matmul(a, b, { transposeA: n % 2 === 0, transposeB: n % 3 === 0 }),
    (a, _, n) => o.maxPool2d(a, [2, 1], { stride: [1 + (n % 2), 1], padding: [n % 2, 0] }),
  ];
  const steps = fc.array(
    fc.tuple(fc.nat({ max: grow.length - 1 }), fc.nat({ max: 40 }), fc.nat({ max: 40 }), fc.nat({ max: 6 })),
    {
      minLength: 8,
      maxLength: 30,
    },
  );

  function build(choices: readonly (readonly [number, number, number, number])[]): Graph {
    const nodes = [...leaves];
    for (const [op, i, j, n] of choices) {
      // Recent nodes are the likely operands, so that chains get deep.
      const pick = (k: number): Node => nodes[Math.max(0, nodes.length - 1 - (k % (leaves.length + 3)))] as Node;
      try {
        const grown = (grow[op] as Grow)(pick(i), pick(j), n);
        if (elements(grown) <= 500) nodes.push(grown);
      } catch (error) {
        if (!(error instanceof DescentError)) throw error;
      }
    }
    return graph(Object.fromEntries(nodes.slice(leaves.length - 1).map((y, i) => [`y${i}`, y])));
  }

  const inputs = new Map([...feeds].map(([name, array]) => [name, copy(array, 'float64')]));

  test.each([
    ['simplify', simplify],
    ['share', share],
    ['optimize', (g: Graph) => optimize(g, none)],
  ] as const)('%s, on random graphs', (_, pass) => {
    fc.assert(
      fc.property(steps, (choices) => {
        const g = decompose(build(choices), none);
        const passed = pass(g);
        verify(passed);
        const [before, after] = [evaluate(g, inputs, 'float64'), evaluate(passed, inputs, 'float64')];
        for (const [name, value] of before) {
          const other = after.get(name) as typeof value;
          if (largestDifference(other, value) > 1e-12 || other.dtype !== value.dtype) {
            throw new Error(
              `${name} was ${formatArray(value)}\nand is ${formatArray(other)}\n${printGraph(g)}\n\n${printGraph(passed)}`,
            );
          }
        }
      }),
      { numRuns: 400, seed: 7 },
    );
  });

  test('random graphs are not trivial: most choices fit, and simplify has something to do', () => {
    const sizes = fc.sample(steps, { numRuns: 200, seed: 7 }).map((choices) => {
      const g = decompose(build(choices), none);
      return { choices: choices.length, nodes: g.nodes.length, fewer: g.nodes.length - optimize(g, none).nodes.length };
    });
    const total = (key: 'choices' | 'nodes' | 'fewer'): number => sizes.reduce((n, s) => n + s[key], 0);
    expect(total('nodes')).toBeGreaterThan(total('choices') * 0.6);
    expect(total('fewer')).toBeGreaterThan(200);
  });
});
