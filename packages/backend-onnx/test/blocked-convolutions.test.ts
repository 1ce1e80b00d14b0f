import {
  createTrainer,
  crossEntropy,
  flatten,
  gradients,
  initParameters,
  conv2d as layer,
  linear,
  type NDArray,
  type Node,
  ndarray,
  type Parameters,
  relu,
  type Shape,
  sequential,
  sgd,
} from '@descent/core';
import { type Arrays, type Graph, graph, type Program } from '@descent/core/backend';
import { add, type Conv2dOptions, conv2d, input, mul, reshape, sum } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { largestDifference, values } from '@descent/core/testing';
import * as ort from 'onnxruntime-node';
import { afterAll, describe, expect, test } from 'vitest';
import { blockedConvolutions, blockedStrategies } from '../src/blocked-convolutions.ts';
import { blockedOptions } from '../src/blocked-options.ts';
import { findBlock } from '../src/device/find-block.ts';
import { type LowerOptions, lowerGraph } from '../src/lower.ts';
import { exportOnnx, onnx } from '../src/public/index.ts';
import { runLowered } from './run-lowered.ts';

const cpu = onnx({ device: 'cpu', threads: 1 });
const reference = referenceBackend();
afterAll(async () => {
  await cpu.dispose();
  await reference.dispose();
});

const open = (bytes: Uint8Array): Promise<ort.InferenceSession> => ort.InferenceSession.create(bytes);
const found = await findBlock(ort as never, open as never);
const block = 'block' in found ? found.block : null;
const DOMAIN = 'com.microsoft.nchwc';
const inBlocksOf = (size: number): LowerOptions => ({
  rewrite: blockedConvolutions(size),
  strategies: blockedStrategies(size),
});

/** How many convolutions of `g` are in blocks, and how many are not. */
function count(g: Graph, options = inBlocksOf(16)): readonly [number, number] {
  const { nodes } = lowerGraph(g, options).model.graph;
  const of = (...types: readonly string[]): number => nodes.filter((n) => types.includes(n.type)).length;
  return [of(`${DOMAIN}.Conv`), of('Conv', 'ConvTranspose')];
}

test('blocks of 8 or 16 channels are found on x64, and none where the runtime has no such operators', async () => {
  expect(process.arch === 'x64' ? [8, 16] : [null, 4, 8, 16]).toContain(block);
  const missing = 'com.microsoft.nchwc.Conv(1) is not a registered function/op';
  expect(await findBlock(ort as never, () => Promise.reject(new Error(missing)))).toEqual({
    none: `Error: ${missing}`,
  });
  // Numbers that are not those of the plain convolution: those of a block of the other size.
  let opened = 0;
  const wrong = await findBlock(
    { Tensor: ort.Tensor } as never,
    (async () => ({
      run: async () => ({ plain: { data: Float32Array.of(1, 2, 3) }, blocked: { data: Float32Array.of(1, 3, 2) } }),
      release: async () => void opened++,
    })) as never,
  );
  expect([wrong, opened]).toEqual([{ none: 'blocks of 16 and of 8 channels give other numbers' }, 2]);
  // What fails for another reason is no answer.
  await expect(findBlock(ort as never, () => Promise.reject(new Error('out of memory')))).rejects.toThrow(
    'out of memory',
  );
});

test('blocks are looked for once in a process, again where that failed, and it is said why there are none', async () => {
  const program = {
    graph: graph({ y: conv2d(input('x', [1, 16, 8, 8]), input('w', [16, 16, 3, 3])) }),
    reads: [],
    writes: [],
  };
  const runtime = { Tensor: ort.Tensor };
  let tried = 0;
  const onDevice = (answer: () => Promise<unknown>) =>
    blockedOptions(
      async () =>
        ({
          ort: runtime,
          open: () => {
            tried++;
            return answer();
          },
        }) as never,
    )(program);
  const failed = await onDevice(() => Promise.reject(new Error('out of memory')));
  expect(failed.notes?.join()).toContain('this could not be found out: out of memory');
  expect([failed.rewrite, tried]).toEqual([undefined, 2]);
  const same = { plain: { data: Float32Array.of(1) }, blocked: { data: Float32Array.of(1) } };
  const session = { run: async () => same, release: async () => {} };
  for (let backend = 0; backend < 3; backend++) expect((await onDevice(async () => session)).rewrite).toBeDefined();
  expect(tried).toBe(3);
});

// Any numbers will do that are the same in each run.
let state = 11;
const draw = (from: number, to: number): number => {
  state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
  return from + Math.floor((state / 2 ** 31) * (to - from + 1));
};

interface Geometry {
  readonly x: Shape;
  readonly w: Shape;
  readonly options: Conv2dOptions;
}

function anyGeometry(): Geometry {
  const [height, width] = [draw(1, 5), draw(1, 5)];
  const dilation = draw(0, 3) === 0 ? 2 : 1;
  const room = (k: number): number => dilation * (k - 1) + 1;
  const options = {
    dilation,
    stride: draw(0, 2) === 0 ? ([draw(1, 3), draw(1, 3)] as const) : 1,
    padding: [draw(0, height + 2), draw(0, width + 2)] as const,
  };
  return {
    x: [draw(1, 5), 16 * draw(1, 3), room(height) + draw(9, 17), room(width) + draw(9, 17)],
    w: [16 * draw(1, 3), 0, height, width],
    options: options as Geometry['options'],
  };
}

/** A convolution with a bias and its gradients. */
function convolution({ x: size, w, options }: Geometry): { readonly g: Graph; readonly feeds: Arrays } {
  const shape = [w[0] as number, size[1] as number, ...w.slice(2)];
  const [x, weight, bias] = [input('x', size), input('w', shape), input('b', [shape[0] as number])];
  const y = add(conv2d(x, weight, options), reshape(bias, [shape[0] as number, 1, 1]));
  const dy = input('dy', y.type.shape);
  const [dx, dw, db] = gradients(sum(mul(y, dy)), [x, weight, bias]) as [Node, Node, Node];
  const feeds = {
    x: values(size, 1),
    w: values(shape, 2),
    b: values([shape[0] as number], 3),
    dy: values(y.type.shape, 4),
  };
  return { g: graph({ y, dx, dw, db }), feeds };
}

function largest({ data }: NDArray): number {
  return Array.from(data as ArrayLike<number>, Math.abs).reduce((a, b) => Math.max(a, b), 1);
}

describe.skipIf(block === null)('convolutions in blocks', () => {
  const options = inBlocksOf(block ?? 16);

  test.each(Array.from({ length: 16 }, (_, i) => [i, anyGeometry()] as const))(
    'random geometry %d: the same numbers as without',
    async (_, geometry) => {
      const { g, feeds } = convolution(geometry);
      const [plain, blocked] = [await runLowered(g, feeds, {}), await runLowered(g, feeds, options)];
      for (const name of g.outputs.keys()) {
        const [own, wanted] = [blocked[name] as NDArray, plain[name] as NDArray];
        expect([name, own.shape]).toEqual([name, wanted.shape]);
        expect(largestDifference(own, wanted) / largest(wanted), name).toBeLessThan(2e-6);
      }
    },
  );

  test('forward and backward by themselves, against the definition', async () => {
    const geometry = { x: [1, 16, 16, 17], w: [32, 0, 3, 2], options: { padding: [1, 0] as const } };
    const { g, feeds } = convolution(geometry);
    expect(count(g, options)[0]).toBe(2);
    const wanted = await (await reference.compile({ graph: g, reads: [], writes: [] })).run(feeds);
    const actual = await runLowered(g, feeds, options);
    for (const name of g.outputs.keys()) {
      const right = wanted[name] as NDArray;
      expect(largestDifference(actual[name] as NDArray, right) / largest(right), name).toBeLessThan(1e-5);
    }
  });

  test('a program is given them, one step at a time and many in one run alike', async () => {
    const model = sequential(layer(16, 16, 3, { padding: 1 }), relu(), layer(16, 32, 3), flatten(), linear(32 * 64, 3));
    const x = values([32, 16, 10, 10], 5);
    const y = ndarray(
      'int32',
      [32],
      Int32Array.from({ length: 32 }, (_, i) => i % 3),
    );
    const trained = async (size: number): Promise<Parameters> => {
      const optimizer = sgd({ lr: 0.01, momentum: 0.9 });
      const trainer = await createTrainer({ model, loss: crossEntropy(), optimizer, backend: cpu, seed: 3 });
      const resident = await trainer.resident({ x, y });
      const rows = Uint32Array.from({ length: 64 }, (_, i) => (i * 7) % 32);
      for (let i = 0; i < rows.length; i += size) await resident.train(rows.subarray(i, i + size), 16);
      return trainer.parameters();
    };
    const [one, many] = [await trained(16), await trained(64)];
    for (const [name, { data }] of Object.entries(one)) expect(data, name).toEqual(many[name]?.data);

    const { g } = convolution({ x: [2, 16, 16, 16], w: [16, 0, 3, 3], options: {} });
    const described = (await cpu.compile({ graph: g, reads: [], writes: [] } satisfies Program)).describe?.() ?? '';
    expect(described).toContain(`${DOMAIN}.Conv(`);
    expect(described).toContain(`${DOMAIN} 1`);
  });

  test('files and predictors have none', async () => {
    const model = sequential(layer(16, 16, 3, { padding: 1 }), relu());
    const parameters = initParameters(model, 1);
    const { bytes } = await exportOnnx(model, { parameters, sample: { shape: [16, 20, 20] }, batch: 4 });
    expect(Buffer.from(bytes).includes('nchwc')).toBe(false);
  });
});

test('only convolutions that gain from it are in blocks', () => {
  const of = (x: Shape, w: Shape, options: Geometry['options'] = {}): readonly [number, number] =>
    count(graph({ y: conv2d(input('x', x), input('w', w), options) }));
  expect(of([4, 16, 10, 10], [32, 16, 3, 3])).toEqual([1, 0]);
  expect(of([8, 16, 10, 10], [32, 16, 3, 3], { stride: 2, padding: 3 })).toEqual([1, 0]);
  // Channels that fill no block, groups, single pixels, few places, a batch of any size.
  expect(of([4, 8, 10, 10], [32, 8, 3, 3])).toEqual([0, 1]);
  expect(of([4, 16, 10, 10], [24, 16, 3, 3])).toEqual([0, 1]);
  expect(of([4, 32, 10, 10], [32, 16, 3, 3], { groups: 2 })).toEqual([0, 1]);
  expect(of([4, 16, 10, 10], [32, 16, 1, 1])).toEqual([0, 1]);
  expect(of([1, 16, 10, 10], [32, 16, 3, 3])).toEqual([0, 1]);
  expect(of([-1, 16, 30, 30], [32, 16, 3, 3])).toEqual([0, 1]);
  // With a stride the gradient of images is no such convolution.
  const strided = convolution({ x: [4, 16, 17, 17], w: [32, 0, 3, 3], options: { stride: 2 } });
  expect(count(strided.g)).toEqual([1, 1]);
});
