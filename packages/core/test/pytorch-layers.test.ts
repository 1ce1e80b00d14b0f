import { describe, expect, test } from 'vitest';
import { graph, type Node, type Shape } from '../src/public/backend.ts';
import * as d from '../src/public/index.ts';
import { input, logSoftmax, sigmoid, softmax } from '../src/public/ops.ts';
import { key } from '../src/public/random.ts';
import { feedsFor } from '../src/public/testing.ts';
import { arrayOf, expectMatches, type FixtureArray, readFixture, readFixtures } from './_fixture.ts';
import { backend, precise, run } from './_reference.ts';

/** One array, or several by name. */
type FixtureTree = FixtureArray | Readonly<Record<string, FixtureArray>>;

/** How a layer is made; some take others as arguments. */
type LayerCall = Pick<LayerFixture, 'layer' | 'args' | 'options'>;

interface LayerFixture {
  readonly name: string;
  readonly layer: string;
  readonly args: readonly (LayerCall | number)[];
  readonly options: object;
  readonly parameters: Readonly<Record<string, FixtureArray>>;
  readonly x: FixtureTree;
  readonly y: FixtureArray;
  readonly dy: FixtureArray;
  readonly grads: Readonly<Record<string, FixtureArray>>;
  readonly buffers: Readonly<Record<string, FixtureArray>>;
  readonly evaluated: FixtureArray;
}

const THROUGH = { logSoftmax, sigmoid, softmax } as const;

interface LossFixture {
  readonly name: string;
  readonly loss_builder: string;
  readonly options: object;
  /** An op that the output goes through first. */
  readonly through?: keyof typeof THROUGH;
  readonly x: FixtureTree;
  readonly target: FixtureTree;
  readonly loss: number | string;
  readonly grad: FixtureTree;
}

function treeEntries(tree: FixtureTree): readonly (readonly [name: string, array: FixtureArray])[] {
  return 'dtype' in tree ? [['', tree as FixtureArray]] : Object.entries(tree);
}

/** A graph input for each array. */
function inputsOf(of: string, tree: FixtureTree): d.Tensors {
  const nodes = treeEntries(tree).map(([name, a]) => [name, input(`${of} ${name}`, a.shape, a.dtype)] as const);
  return 'dtype' in tree ? (nodes[0]?.[1] as Node) : Object.fromEntries(nodes);
}

function feedsIn(of: string, tree: FixtureTree): readonly (readonly [string, d.NDArray])[] {
  return treeEntries(tree).map(([name, a]) => [`${of} ${name}`, arrayOf(a)]);
}

const all = ['layers', 'losses'].flatMap((kind) => readFixtures<LayerFixture | LossFixture>(kind));
const layers = all.filter((f): f is LayerFixture => 'layer' in f);
const losses = all.filter((f): f is LossFixture => 'loss_builder' in f);

const exported: Readonly<Record<string, unknown>> = d;

function made({ layer, args, options }: LayerCall): d.Layer<d.Tensors> {
  const build = exported[layer] as (...args: readonly unknown[]) => d.Layer<d.Tensors>;
  const built = args.map((one) => (typeof one === 'object' && 'layer' in one ? made(one) : one));
  return Object.keys(options).length === 0 ? build(...built) : build(...built, options);
}

const precisions = [
  ['float64', precise, 2e-7],
  ['float32', backend, 2e-5],
] as const;

describe.each(precisions)('layers as in PyTorch, in %s', (_, on, tolerance) => {
  test.each(layers.map((f) => [f.name, f] as const))('%s', async (_, f) => {
    const layer = made(f);
    expect(layer.parameters.map((p) => p.name)).toEqual(Object.keys(f.parameters));
    const x = inputsOf('x', f.x);
    const parameters = new Map(layer.parameters.map(({ name, shape }) => [name, input(name, shape)]));
    const assigned = new Map<string, Node>();
    const y = d.applyLayer(layer, x, parameters, {
      training: true,
      assign: (name, value) => assigned.set(name, value),
    }) as Node;
    const inputs = new Map('op' in x ? [['x', x as Node]] : Object.entries(x).map(([name, one]) => [`x ${name}`, one]));
    const wrt = Object.keys(f.grads).map((name) => inputs.get(name) ?? (parameters.get(name) as Node));
    const grads = d.gradients(y, wrt, input('dy', y.type.shape));
    const outputs = new Map([
      ['y', y],
      ...assigned,
      ...grads.map((g, i) => [`grad ${Object.keys(f.grads)[i]}`, g] as const),
    ]);
    const feeds = { ...Object.fromEntries(feedsIn('x', f.x)), dy: arrayOf(f.dy), ...mapped(f.parameters) };
    const out = await run(Object.fromEntries(outputs), feedsFor(graph(outputs), feeds), on);
    expectMatches(out['y'], f.y, tolerance, 'the output');
    for (const [name, g] of Object.entries(f.grads))
      expectMatches(out[`grad ${name}`], g, tolerance, `the gradient of ${name}`);
    expect([...assigned.keys()].sort()).toEqual(Object.keys(f.buffers).sort());
    for (const [name, value] of Object.entries(f.buffers)) expectMatches(out[name], value, tolerance, name);

    // Evaluated after the step, so with the new running statistics.
    const evaluated = { y: d.applyLayer(layer, x, parameters, { training: false }) as Node };
    const updated = { ...feeds, ...mapped(f.buffers) };
    expectMatches(
      (await run(evaluated, feedsFor(graph(evaluated), updated), on))['y'],
      f.evaluated,
      tolerance,
      'the output in evaluation',
    );
  });
});

describe.each(precisions)('losses as in PyTorch, in %s', (_, on, tolerance) => {
  test.each(losses.map((f) => [f.name, f] as const))('%s', async (_, f) => {
    const build = exported[f.loss_builder] as (options?: object) => d.Loss<d.Tensors, d.Tensors>;
    const loss = Object.keys(f.options).length === 0 ? build() : build(f.options);
    const [x, target] = [inputsOf('x', f.x), inputsOf('target', f.target)];
    const output = f.through === undefined ? x : THROUGH[f.through](x as Node);
    const value = loss.apply(output, target);
    const leaves = 'op' in x ? [['', x as Node] as const] : Object.entries(x);
    const grads = d.gradients(
      value,
      leaves.map(([, node]) => node),
    );
    const named = grads.map((grad, i) => [`grad ${leaves[i]?.[0]}`, grad] as const);
    const outputs = new Map([['value', value], ...named]);
    const feeds = Object.fromEntries([...feedsIn('x', f.x), ...feedsIn('target', f.target)]);
    const out = await run(Object.fromEntries(outputs), feedsFor(graph(outputs), feeds), on);
    expectMatches(out['value'], { dtype: 'float32', shape: [], data: [f.loss] }, tolerance, 'the loss');
    for (const [name, grad] of treeEntries(f.grad))
      expectMatches(out[`grad ${name}`], grad, tolerance, `the gradient ${name}`);
  });
});

interface OptimizerFixture {
  readonly start: { readonly [K in 'x' | 'y' | 'weight' | 'bias']: FixtureArray };
  readonly runs: readonly {
    readonly name: string;
    readonly optimizer: 'sgd' | 'adam' | 'adamW';
    readonly options: d.SgdOptions & d.AdamOptions;
    readonly clip?: number;
    readonly steps: readonly {
      readonly loss: number;
      readonly weight: readonly number[];
      readonly bias: readonly number[];
    }[];
  }[];
}

describe('optimizers as in PyTorch, over five steps', () => {
  const { start, runs } = readFixture<OptimizerFixture>('optimizers.json');

  test.each(runs.map((f) => [f.name, f] as const))('%s', async (_, { optimizer, options, clip, steps }) => {
    const plain = { sgd: d.sgd, adam: d.adam, adamW: d.adamW }[optimizer](options);
    const chosen =
      clip === undefined ? plain : { ...plain, transform: d.chain(d.clipByGlobalNorm(clip), plain.transform) };
    const trainer = await d.createTrainer({
      model: d.linear(3, 2),
      loss: d.mse(),
      optimizer: chosen,
      backend,
      parameters: { weight: arrayOf(start.weight), bias: arrayOf(start.bias) } as d.Parameters,
    });
    for (const [i, step] of steps.entries()) {
      const { loss } = await trainer.step(arrayOf(start.x), arrayOf(start.y));
      expectMatches(
        scalarOf(loss),
        { dtype: 'float32', shape: [], data: [step.loss] },
        1e-5,
        `the loss of step ${i + 1}`,
      );
      const { weight, bias } = await trainer.parameters();
      expectMatches(weight, { ...start.weight, data: step.weight }, 1e-5, `the weight after step ${i + 1}`);
      expectMatches(bias, { ...start.bias, data: step.bias }, 1e-5, `the bias after step ${i + 1}`);
    }
    trainer.dispose();
  });
});

describe('initializers as in PyTorch', () => {
  interface InitFixture {
    readonly shape: Shape;
    readonly defaultWeight: number;
    readonly defaultBias: number;
    readonly xavierUniform: number;
    readonly xavierNormal: number;
    readonly xavierUniformGain: number;
    readonly kaimingUniform: number;
    readonly kaimingNormal: number;
    readonly kaimingNormalFanOut: number;
    readonly kaimingUniformSlope: number;
  }

  /** Fans depend on the ratio of the sizes alone when both channel counts grow; drawing more gives sharper statistics. */
  const draw = (init: d.Initializer, shape: Shape): Float32Array => {
    const out: number[] = [];
    for (let seed = 0; out.length < 60_000; seed++) out.push(...init(key(seed), shape));
    return Float32Array.from(out);
  };

  describe.each(readFixture<readonly InitFixture[]>('init.json').map((f) => [`[${f.shape}]`, f] as const))(
    '%s',
    (_, f) => {
      const layer =
        f.shape.length === 2
          ? d.linear(f.shape[1] as number, f.shape[0] as number)
          : d.conv2d(f.shape[1] as number, f.shape[0] as number, [f.shape[2] as number, f.shape[3] as number]);
      const [weight, bias] = layer.parameters;

      test.each([
        ['the default weight', weight?.init, weight?.shape, f.defaultWeight],
        ['the default bias', bias?.init, bias?.shape, f.defaultBias],
        ['xavierUniform', d.xavierUniform(), f.shape, f.xavierUniform],
        ['xavierUniform, gain 2', d.xavierUniform({ gain: 2 }), f.shape, f.xavierUniformGain],
        ['kaimingUniform', d.kaimingUniform(), f.shape, f.kaimingUniform],
        ['kaimingUniform, slope 0.2', d.kaimingUniform({ a: 0.2 }), f.shape, f.kaimingUniformSlope],
      ] as const)('%s is uniform within the bound', (_, init, shape, bound) => {
        const drawn = draw(init as d.Initializer, shape as Shape);
        const largest = drawn.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
        expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-6));
        expect(largest).toBeGreaterThan(bound * 0.999);
        expect(deviation(drawn)).toBeCloseTo(bound / Math.sqrt(3), 2);
      });

      test.each([
        ['xavierNormal', d.xavierNormal(), f.xavierNormal],
        ['kaimingNormal', d.kaimingNormal(), f.kaimingNormal],
        ['kaimingNormal, fan out', d.kaimingNormal({ mode: 'fanOut' }), f.kaimingNormalFanOut],
      ] as const)('%s has the deviation', (_, init, std) => {
        expect(deviation(draw(init, f.shape)) / std).toBeCloseTo(1, 1.8);
      });
    },
  );
});

function deviation(drawn: Float32Array): number {
  return Math.sqrt(drawn.reduce((sum, v) => sum + v * v, 0) / drawn.length);
}

function scalarOf(value: number): d.NDArray {
  return d.tensor(value, 'float64');
}

function mapped(arrays: Readonly<Record<string, FixtureArray>>): Readonly<Record<string, d.NDArray>> {
  return Object.fromEntries(Object.entries(arrays).map(([name, a]) => [name, arrayOf(a)]));
}
