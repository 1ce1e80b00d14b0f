import { describe, expect, test } from 'vitest';
import { graph, type Node } from '../src/public/backend.ts';
import { gradients, type NDArray, type Padding, type Pair } from '../src/public/index.ts';
import * as o from '../src/public/ops.ts';
import { feedsFor } from '../src/public/testing.ts';
import { arrayOf, expectMatches, type FixtureArray, readFixtures } from './_fixture.ts';
import { backend, precise, run } from './_reference.ts';

interface OpFixture {
  readonly name: string;
  readonly op: string;
  readonly options: Options;
  readonly inputs: readonly FixtureArray[];
  readonly y: FixtureArray;
  readonly dy: FixtureArray;
  readonly grads: readonly (FixtureArray | null)[];
}

/** All options of all builders; a fixture has those of its own. */
interface Options {
  readonly stride: number | Pair;
  readonly padding: Padding;
  readonly dilation: number | Pair;
  readonly groups: number;
  readonly kernel: number | Pair;
  readonly countIncludePad: boolean;
  readonly axis: number;
  readonly axes: readonly number[];
  readonly keepDims: boolean;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly exponent: number;
  readonly perm: readonly number[];
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
  readonly shape: readonly number[];
  readonly isCausal: boolean;
  readonly scale: number;
  readonly base: number;
  readonly offset: number;
  readonly interleaved: boolean;
}

type Build = (inputs: readonly [Node, Node, Node, Node], options: Options) => Node;

const unary =
  (f: (x: Node) => Node): Build =>
  ([x]) =>
    f(x);
const binary =
  (f: (a: Node, b: Node) => Node): Build =>
  ([a, b]) =>
    f(a, b);

const builders: Readonly<Record<string, Build>> = {
  conv2d: ([x, w], options) => o.conv2d(x, w, options),
  maxPool2d: ([x], { kernel, ...options }) => o.maxPool2d(x, kernel, options),
  avgPool2d: ([x], { kernel, ...options }) => o.avgPool2d(x, kernel, options),
  softmax: ([x], options) => o.softmax(x, options),
  logSoftmax: ([x], options) => o.logSoftmax(x, options),
  softmaxCrossEntropy: binary(o.softmaxCrossEntropy),
  matmul: ([a, b], options) => o.matmul(a, b, options),
  pow: ([a, b], { exponent }) => o.pow(a, exponent ?? b),
  maximum: binary(o.maximum),
  minimum: binary(o.minimum),
  mul: binary(o.mul),
  div: binary(o.div),
  sub: binary(o.sub),
  max: ([x], options) => o.max(x, options),
  min: ([x], options) => o.min(x, options),
  sum: ([x], options) => o.sum(x, options),
  mean: ([x], options) => o.mean(x, options),
  relu: unary(o.relu),
  abs: unary(o.abs),
  sign: unary(o.sign),
  floor: unary(o.floor),
  sin: unary(o.sin),
  cos: unary(o.cos),
  exp: unary(o.exp),
  log: unary(o.log),
  sqrt: unary(o.sqrt),
  tanh: unary(o.tanh),
  sigmoid: unary(o.sigmoid),
  erf: unary(o.erf),
  where: ([condition, a, b]) => o.where(condition, a, b),
  gather: ([x, indices], { axis }) => o.gather(x, indices, axis),
  concat: (inputs, { axis }) => o.concat(inputs, axis),
  flip: ([x], { axes }) => o.flip(x, axes),
  transpose: ([x], { perm }) => o.transpose(x, perm),
  slice: ([x], options) => o.slice(x, options),
  pad: ([x], { before, after, value }) => o.pad(x, before, after, { value }),
  broadcastTo: ([x], { shape }) => o.broadcastTo(x, shape),
  scaledDotProductAttention: ([q, k, v, mask], options) =>
    o.scaledDotProductAttention(q, k, v, mask === undefined ? options : { ...options, mask }),
  rotaryEmbedding: ([x], options) => o.rotaryEmbedding(x, options),
};

const fixtures = readFixtures<OpFixture>('ops');

describe.each([
  ['float64', precise, 2e-7],
  ['float32', backend, 2e-5],
] as const)('as PyTorch, in %s', (_, on, tolerance) => {
  test.each(fixtures.map((f) => [f.op, f.name, f] as const))('%s: %s', async (_, name, { op, options, ...f }) => {
    const inputs = f.inputs.map(({ dtype, shape }, i) => o.input(`x${i}`, shape, dtype));
    const build = builders[op];
    expect(build, `a builder for ${op}`).toBeDefined();
    const y = (build as Build)(inputs as unknown as Parameters<Build>[0], options);
    const wrt = inputs.filter((_, i) => f.grads[i] !== null);
    const grads = gradients(y, wrt, o.input('dy', y.type.shape));
    const outputs = { y, ...Object.fromEntries(grads.map((g, i) => [`g${inputs.indexOf(wrt[i] as Node)}`, g])) };
    const feeds: Record<string, NDArray> = Object.fromEntries(f.inputs.map((x, i) => [`x${i}`, arrayOf(x)]));
    const out = await run(outputs, feedsFor(graph(outputs), { ...feeds, dy: arrayOf(f.dy) }), on);
    expectMatches(out['y'], f.y, tolerance, `${name}: the result`);
    for (const [i, g] of f.grads.entries())
      if (g !== null) expectMatches(out[`g${i}`], g, tolerance, `${name}: the gradient of input ${i}`);
  });
});
