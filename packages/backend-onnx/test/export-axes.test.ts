// Files with several open axes: they give what the trained network gives, at sizes that nobody had told them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AnyLayer,
  type AxisRanges,
  createPredictor,
  createTrainer,
  crossEntropy,
  initParameters,
  type Layer,
  layer,
  linear,
  type NDArray,
  type Node,
  ndarray,
  parameter,
  sequential,
  sgd,
} from '@descent/core';
import { concat, gather, matmul, mul, reshape, slice, sub } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { integers, largestDifference, values } from '@descent/core/testing';
import { describe, expect, test } from 'vitest';
import { exportOnnx, loadOnnx, printModel } from '../src/public/index.ts';
import { classifier, languageModel, pictures, twoInputs, VOCABULARY } from './open-networks.ts';

const tokens = (shape: readonly number[], seed: number): NDArray => integers(shape, seed, { low: 0, high: VOCABULARY });

describe('a network with open axes', () => {
  const sample = { shape: ['time'], dtype: 'int32' } as const;
  const axes = { time: { max: 40 } };

  test('a trained language model: the file, a predictor and the trainer agree at every length', async () => {
    const backend = referenceBackend();
    const model = languageModel(40);
    const trainer = await createTrainer({ model, loss: crossEntropy(), optimizer: sgd({ lr: 0.1 }), backend });
    for (let i = 0; i < 3; i++) await trainer.step(tokens([4, 9], i), tokens([4, 9], i + 1));
    const parameters = await trainer.parameters();
    const { bytes, maxAbsDifference, sizes } = await exportOnnx(model, { parameters, sample, axes });
    expect(maxAbsDifference).toBeLessThan(1e-5);
    // The shortest, the longest and others were compared.
    expect(sizes.map(({ time }) => time)).toEqual(expect.arrayContaining([1, 40]));
    expect(new Set(sizes.map(({ batch }) => batch)).size).toBeGreaterThan(1);
    const file = await loadOnnx(bytes);
    const predictor = await createPredictor({ model, parameters, sample, axes, backend });
    expect(file.input.shape).toEqual([-1, -1]);
    expect(file.output.name).toBe('logits');
    for (const [batch, time] of [
      [1, 1],
      [5, 1],
      [1, 40],
      [3, 2],
      [2, 23],
      [2, 8],
    ] as const) {
      const x = tokens([batch, time], batch * 100 + time);
      const wanted = await trainer.predict(x);
      expect(wanted.shape).toEqual([batch, time, VOCABULARY]);
      expect(largestDifference(await file.predict(x), wanted)).toBeLessThan(1e-5);
      expect(largestDifference(await predictor.predict(x), wanted)).toBeLessThan(1e-6);
    }
    // What comes later changes nothing before: the mask is that of the length at hand.
    const long = await file.predict(ndarray('int32', [1, 3], Int32Array.of(1, 2, 3)));
    const short = await file.predict(ndarray('int32', [1, 2], Int32Array.of(1, 2)));
    expect([...short.data]).toEqual([...long.data.slice(0, short.data.length)].map((v) => expect.closeTo(v, 5)));
    await expect(file.predict(tokens([1, 41], 1))).rejects.toThrow(/axis 'time'(.|\n)*received: 41(.|\n)*from 1 to 40/);
    await expect(predictor.predict(tokens([1, 41], 1))).rejects.toThrow(/'time' is out of its range/);
    file.dispose();
    predictor.dispose();
    await expect(predictor.predict(tokens([1, 4], 1))).rejects.toThrow(/after dispose/);
  });

  test('the names of axes are in the file, and sizes that are no axis of their own are said by them', async () => {
    const text = async (model: Layer, shape: readonly (number | string)[], ranges = {}) =>
      printModel(
        (await exportOnnx(model, { parameters: initParameters(model, 1), sample: { shape }, axes: ranges })).bytes,
      );
    const ends = layer('ends', {}, (x) => {
      const [, time] = x.type.shape as [number, number, number];
      return concat([x, slice(x, { axis: 1, start: time - 1 }), slice(x, { axis: 1, start: 1 })], 1);
    });
    expect(await text(ends, ['time', 2])).toMatch(
      /output values: float32\[batch, 2\*time, 2\]|output logits: float32\[batch, 2\*time, 2\]/,
    );
    const rows = layer('rows', {}, (x) => reshape(x, [(x.type.shape[0] as number) * (x.type.shape[1] as number), 2]));
    expect(await text(rows, ['time', 2])).toMatch(
      /Reshape\(input, \[-1, 2\]\)\noutput logits: float32\[batch\*time, 2\]/,
    );
    const pictureText = await text(pictures, [1, 'height', 'width'], { height: { min: 4 }, width: { min: 4 } });
    expect(pictureText).toContain('input input: float32[batch, 1, height, width]');
    expect(pictureText).toContain('metadata descent.axes = {"height":{"min":4},"width":{"min":4}}');
    expect(pictureText).toMatch(/output logits: float32\[batch, 3\]$/);
  });

  test.each<readonly [string, AnyLayer, object, AxisRanges, (sizes: readonly number[]) => object]>([
    ['a classifier of sequences', classifier, sample, {}, ([b = 0, t = 0]) => ({ input: tokens([b, t], b + t) })],
    [
      'pictures',
      pictures,
      { shape: [1, 'height', 'width'] },
      { height: { min: 4 }, width: { min: 4 } },
      ([b = 0, h = 0, w = 0]) => ({ input: values([b, 1, h + 3, w + 3], b + h + w) }),
    ],
    [
      'two inputs that share an axis',
      twoInputs,
      { words: sample, times: { shape: ['time', 2] } },
      { time: { max: 50 } },
      ([b = 0, t = 0]) => ({ words: tokens([b, t], b + t), times: values([b, t, 2], b - t) }),
    ],
  ])('%s', async (_, net, ofSample, ranges, inputs) => {
    const model = net as Layer;
    const parameters = initParameters(model, 3);
    const options = { parameters, sample: ofSample as never, axes: ranges };
    const { bytes, maxAbsDifference } = await exportOnnx(model, options);
    expect(maxAbsDifference).toBeLessThan(1e-5);
    const file = await loadOnnx(bytes);
    const backend = referenceBackend();
    const predictor = await createPredictor({ model, ...options, backend });
    for (const sizes of [
      [1, 1, 1],
      [2, 1, 7],
      [1, 17, 2],
      [3, 30, 45],
      [6, 5, 5],
    ]) {
      const feeds = inputs(sizes) as Readonly<Record<string, NDArray>>;
      const wanted = await predictor.predict((feeds['input'] ?? feeds) as NDArray);
      const actual = await file.run(feeds);
      const expected =
        'data' in wanted ? { [file.output.name]: wanted as NDArray } : (wanted as Record<string, NDArray>);
      for (const [name, array] of Object.entries(expected))
        expect(largestDifference(actual[name] as NDArray, array), `${name} at ${sizes}`).toBeLessThan(1e-5);
    }
    file.dispose();
  });

  test('inputs that disagree about an axis are refused, in the file and by a predictor', async () => {
    const parameters = initParameters(twoInputs, 1);
    const options = {
      parameters,
      sample: { words: sample, times: { shape: ['time', 2] } },
      axes: { time: { max: 50 } },
    };
    const feeds = { words: tokens([2, 4], 1), times: values([2, 1, 2], 2) };
    const file = await loadOnnx((await exportOnnx(twoInputs, options)).bytes);
    await expect(file.run(feeds)).rejects.toThrow(/axis 'time' has two sizes/);
    expect(file.outputKinds).toEqual({ each: 'logits', all: 'logits' });
    const predictor = await createPredictor({ model: twoInputs, ...options, backend: referenceBackend() });
    await expect(predictor.predict(feeds)).rejects.toThrow(
      /disagree about the size of 'time'(.|\n)*4 in 'words', 1 in 'times'/,
    );
    const odd = { words: tokens([4], 1), times: values([2, 1, 2], 2) };
    await expect(predictor.predict(odd)).rejects.toThrow(/'words' does not fit(.|\n)*\[batch, time\]/);
  });

  test('a table that is too short is an error at run time, and never another row', async () => {
    // One row would be repeated by ONNX if a slice of it were bounded in silence.
    const model = layer('positions', { rows: parameter([30, 2]) }, (x, { rows }) => {
      const time = x.type.shape[1] as number;
      return mul(x, slice(rows, { axis: 0, start: 30 - time }));
    });
    const parameters = initParameters(model, 1);
    const narrow = { parameters, sample: { shape: ['time', 2] }, axes: { time: { max: 30 } } };
    const { bytes } = await exportOnnx(model, narrow);
    // A runtime that knows nothing of ranges.
    const file = await loadOnnx(withoutRanges(bytes));
    expect((await file.predict(values([1, 30, 2], 1))).shape).toEqual([1, 30, 2]);
    await expect(file.predict(values([1, 31, 2], 1))).rejects.toThrow(/out of data bounds/);
  });

  test('sizes that are multiples: patches of four', async () => {
    const model = sequential(
      layer('patches', {}, (x) => {
        const [batch, time] = x.type.shape as [number, number];
        return reshape(x, [batch, time / 4, 4]);
      }),
      linear(4, 3),
    );
    const options = {
      parameters: initParameters(model, 1),
      sample: { shape: ['time'] },
      axes: { time: { multipleOf: 4 } },
    };
    const { bytes, sizes } = await exportOnnx(model, options);
    expect(sizes.every(({ time = 1 }) => time % 4 === 0)).toBe(true);
    const file = await loadOnnx(bytes);
    expect((await file.predict(values([2, 20], 1))).shape).toEqual([2, 5, 3]);
    await expect(file.predict(values([2, 21], 1))).rejects.toThrow(/a multiple of 4/);
    expect(printModel(bytes)).toContain('float32[batch, time/4, 3]');
  });

  test('real inputs prove it at their length and at shorter ones', async () => {
    const model = languageModel(40);
    const inputs = tokens([3, 12], 5);
    const { sizes, samples } = await exportOnnx(model, {
      parameters: initParameters(model, 1),
      sample: { shape: ['time'], dtype: 'int32' },
      axes,
      verify: { inputs },
    });
    expect(sizes).toEqual([
      { batch: 3, time: 12 },
      { batch: 1, time: 6 },
    ]);
    expect(samples).toBe(3);
  });

  test('with a fixed batch the other axes stay open', async () => {
    const parameters = initParameters(classifier, 1);
    const { bytes, sizes } = await exportOnnx(classifier, { parameters, sample, batch: 2 });
    expect(new Set(sizes.map(({ batch }) => batch))).toEqual(new Set([2]));
    const file = await loadOnnx(bytes);
    expect(file.input.shape).toEqual([2, -1]);
    expect((await file.predict(tokens([2, 5], 1))).shape).toEqual([2, 3]);
    await expect(file.predict(tokens([3, 5], 1))).rejects.toThrow(/does not fit/);
  });

  test('a state that starts as zeros for each sample follows the batch', async () => {
    const model = layer('rnn', { w: parameter([4, 4]), u: parameter([4, 2]) }, (x, { w, u }) => {
      const [batch, time] = x.type.shape as [number, number];
      let h: Node = matmul(reshape(slice(x, { axis: 1, end: 1 }), [batch, 2]), u, { transposeB: true });
      h = sub(h, mul(h, 1));
      for (let t = 0; t < time; t++) {
        const now = reshape(slice(x, { axis: 1, start: t, end: t + 1 }), [batch, 2]);
        h = sub(matmul(h, w), matmul(now, u, { transposeB: true }));
      }
      return h;
    });
    const { maxAbsDifference } = await exportOnnx(model, {
      parameters: initParameters(model, 1),
      sample: { shape: [5, 2] },
    });
    expect(maxAbsDifference).toBeLessThan(1e-5);
  });

  test('indices along an open axis are checked against its size at hand', async () => {
    const picked = layer('picked', {}, ({ x, at }: { readonly x: Node; readonly at: Node }) =>
      gather(x, reshape(at, at.type.shape), 1),
    );
    const { bytes } = await exportOnnx(picked, {
      parameters: {},
      sample: { x: { shape: ['time', 2] }, at: { shape: [1], dtype: 'int32' } },
      verify: false,
    });
    const file = await loadOnnx(bytes);
    const at = (i: number) => ({ x: values([1, 6, 2], 1), at: ndarray('int32', [1, 1], Int32Array.of(i)) });
    const [output] = Object.values(await file.run(at(5)));
    expect([...(output?.data ?? [])]).toEqual([...values([1, 6, 2], 1).data.slice(10)]);
    for (const i of [6, -1]) await expect(file.run(at(i))).rejects.toThrow(/out of data bounds/);
  });
});

/** The file with its note about ranges turned into a note of somebody else. */
function withoutRanges(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes);
  const at = text.indexOf('descent.axes');
  expect(at).toBeGreaterThan(0);
  text.write('another', at);
  return text;
}

const python = process.env['DESCENT_PYTHON'] ?? 'python3';
const folder = mkdtempSync(join(tmpdir(), 'descent-axes-'));

const SCRIPT = `
import json, sys
import numpy as np, onnx, onnxruntime
for path, cases in json.load(open(sys.argv[1])):
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path)
    print(json.dumps([[list(i.shape) for i in session.get_inputs()], [
        [{"shape": list(o.shape), "data": o.flatten().tolist()} for o in session.run(None, {
            name: np.array(x["data"], dtype=x["dtype"]).reshape(x["shape"]) for name, x in feeds.items()})]
        for feeds in cases]]))
`;

test('ONNX’s own checker accepts the files, and ONNX Runtime for Python computes the same at several sizes', async (context) => {
  try {
    execFileSync(python, ['-c', 'import onnx, onnxruntime'], { stdio: 'ignore' });
  } catch {
    return context.skip(`python modules onnx and onnxruntime are missing (${python})`);
  }
  const sample = { shape: ['time'], dtype: 'int32' } as const;
  const lm = languageModel(40);
  const list: [string, object[]][] = [];
  const wanted: NDArray[][] = [];
  for (const opset of [17, 18, 23]) {
    for (const [name, model, ofSample, cases] of [
      ['lm', lm, sample, [{ input: tokens([2, 11], 1) }, { input: tokens([1, 1], 2) }]],
      ['pictures', pictures, { shape: [1, 'height', 'width'] }, [{ input: values([1, 1, 31, 6], 3) }]],
    ] as const) {
      const path = join(folder, `${name}-${opset}.onnx`);
      const ranges = name === 'pictures' ? { height: { min: 4 }, width: { min: 4 } } : { time: { max: 40 } };
      const { bytes } = await exportOnnx(model, {
        parameters: initParameters(model, 1),
        sample: ofSample,
        axes: ranges,
        opset,
        path,
      });
      const file = await loadOnnx(bytes);
      list.push([path, cases.map((feeds) => JSON.parse(JSON.stringify(plain(feeds))))]);
      wanted.push(await Promise.all(cases.map(async (feeds) => Object.values(await file.run(feeds))[0] as NDArray)));
      file.dispose();
    }
  }
  const cases = join(folder, 'cases.json');
  writeFileSync(cases, JSON.stringify(list));
  const lines = execFileSync(python, ['-c', SCRIPT, cases]).toString().trim().split('\n');
  expect(lines).toHaveLength(list.length);
  for (const [i, line] of lines.entries()) {
    const [inputs, outputs] = JSON.parse(line) as [unknown[], { shape: number[]; data: number[] }[][]];
    expect(inputs[0]).toEqual(list[i]?.[0].includes('lm-') ? ['batch', 'time'] : ['batch', 1, 'height', 'width']);
    for (const [k, [output]] of outputs.entries()) {
      const array = ndarray('float32', output?.shape ?? [], Float32Array.from(output?.data ?? []));
      expect(largestDifference(array, wanted[i]?.[k] as NDArray)).toBeLessThan(1e-5);
    }
  }
  expect(readFileSync(cases).length).toBeGreaterThan(0);
}, 60_000);

function plain(feeds: Readonly<Record<string, NDArray>>): object {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { dtype, shape, data }]) => [name, { dtype, shape, data: [...data] }]),
  );
}
