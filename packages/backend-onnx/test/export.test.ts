import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx, loadOnnx, printModel } from '@descent/backend-onnx';
import {
  avgPool2d,
  batchNorm1d,
  batchNorm2d,
  conv2d,
  dropout,
  embedding,
  embeddingBag,
  flatten,
  groupNorm,
  initParameters,
  instanceNorm2d,
  type Layer,
  layerNorm,
  linear,
  maxPool2d,
  type Node,
  NumericError,
  ndarray,
  normalize,
  relu,
  rescale,
  rmsNorm,
  type SampleType,
  StateError,
  sequential,
  sigmoid,
  softmax,
  type TensorType,
  tanh,
  ValueError,
} from '@descent/core';
import { type CompositeOp, node } from '@descent/core/backend';
import { neg } from '@descent/core/ops';
import { beforeAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'descent-export-'));
const pixels: SampleType = { shape: [1, 28, 28], dtype: 'uint8' };
const labels = Array.from({ length: 10 }, (_, i) => String(i));

const nets: Readonly<Record<string, { readonly model: Layer; readonly sample: SampleType }>> = {
  mlp: { model: sequential(rescale(1 / 255), flatten(), linear(784, 256), relu(), linear(256, 10)), sample: pixels },
  lenet: {
    model: sequential(
      normalize(33.3, 78.6),
      sequential(conv2d(1, 6, 5), relu(), maxPool2d(2), conv2d(6, 16, 5), relu(), maxPool2d(2)),
      flatten(),
      dropout(0.5),
      linear(256, 10),
    ),
    sample: pixels,
  },
  everything: {
    model: sequential(
      conv2d(4, 8, 3, { padding: 'same', stride: 2, groups: 2, bias: false }),
      sigmoid(),
      avgPool2d(3, { stride: 1, padding: 1 }),
      conv2d(8, 8, [3, 2], { padding: [1, 0, 2, 1], dilation: 2 }),
      tanh(),
      flatten(),
      linear(8 * 4 * 4, 5),
      softmax(),
    ),
    sample: { shape: [4, 9, 9] },
  },
  bags: {
    model: sequential(embeddingBag(9, 4, { mode: 'max', paddingIdx: 0 }), linear(4, 2)),
    sample: { shape: [5], dtype: 'int32' },
  },
  tokens: {
    model: sequential(embedding(300, 4, { paddingIdx: 2 }), layerNorm(4), flatten(), linear(12, 2)),
    sample: { shape: [3], dtype: 'int32' },
  },
  normalized: {
    model: sequential(
      batchNorm2d(4),
      groupNorm(2, 4),
      instanceNorm2d(4, { affine: true, trackRunningStats: true }),
      instanceNorm2d(4),
      layerNorm([5, 6]),
      rmsNorm(6),
      flatten(),
      linear(120, 8),
      batchNorm1d(8),
      groupNorm(1, 8),
    ),
    sample: { shape: [4, 5, 6] },
  },
};

function images(count: number) {
  return ndarray(
    'uint8',
    [count, 1, 28, 28],
    Uint8Array.from({ length: count * 784 }, (_, i) => (i * 37) % 256),
  );
}

describe('a file', () => {
  test.each(Object.keys(nets))('of %s is proved equal, and takes batches of any size', async (name) => {
    const { model, sample } = nets[name] as (typeof nets)[string];
    const { bytes, maxAbsDifference, samples } = await exportOnnx(model, {
      parameters: initParameters(model, 1),
      sample,
    });
    expect(samples).toBe(16);
    expect(maxAbsDifference).toBeLessThan(1e-5);
    const file = await loadOnnx(bytes);
    const batch = (n: number) => {
      const size = n * sample.shape.reduce((a, b) => a * b);
      return sample.dtype === 'int32'
        ? ndarray('int32', [n, ...sample.shape], new Int32Array(size).fill(3))
        : ndarray('float32', [n, ...sample.shape], new Float32Array(size).fill(0.5));
    };
    const inputs = sample.dtype === 'uint8' ? images : batch;
    const all = await file.predict(inputs(7));
    const one = await file.predict(inputs(1));
    expect(all.shape[0]).toBe(7);
    for (const [i, v] of one.data.entries()) expect(all.data[i]).toBeCloseTo(v, 5);
    file.dispose();
  });

  test('has named ports and initializers, metadata, and nothing left from training', async () => {
    const { model } = nets.lenet as (typeof nets)[string];
    const { bytes } = await exportOnnx(model, {
      parameters: initParameters(model, 1),
      sample: pixels,
      softmax: true,
      labels,
    });
    const text = printModel(bytes);
    expect(text).toContain('1.0.weight');
    expect(text).not.toMatch(/draw|Dropout|Random|Loop|scalars|optimizer/);
    const file = await loadOnnx(bytes);
    expect(file.input).toEqual({ name: 'input', dtype: 'uint8', shape: [-1, 1, 28, 28] });
    expect(file.output).toEqual({ name: 'probabilities', dtype: 'float32', shape: [-1, 10] });
    expect(file.labels).toEqual(labels);
    const [first] = await file.topK(images(2), 3);
    expect(first).toHaveLength(3);
    const everything = (await file.topK(images(2), 10))[0] ?? [];
    expect(everything.reduce((sum, p) => sum + p.probability, 0)).toBeCloseTo(1, 5);
    expect(everything.map((p) => p.probability)).toEqual(
      [...everything.map((p) => p.probability)].sort((a, b) => b - a),
    );
    file.dispose();
  });

  test('with a fixed batch takes only that one', async () => {
    const { model } = nets.mlp as (typeof nets)[string];
    const { bytes } = await exportOnnx(model, { parameters: initParameters(model, 1), sample: pixels, batch: 3 });
    const file = await loadOnnx(bytes);
    expect(file.input.shape).toEqual([3, 1, 28, 28]);
    await expect(file.predict(images(2))).rejects.toThrow(/expected: uint8\[3, 1, 28, 28\]/);
    expect((await file.predict(images(3))).shape).toEqual([3, 10]);
  });

  test('with a fixed batch keeps each -1 that is no size of the batch', async () => {
    const seen: unknown[] = [];
    const marked: CompositeOp<'marked', { readonly marks: readonly number[] }> = {
      kind: 'composite',
      name: 'marked',
      infer: ([x]) => x as TensorType,
      decompose: ([x], { marks }) => {
        seen.push(marks);
        return neg(x as Node);
      },
    };
    const model: Layer = { label: 'marked', parameters: [], apply: (x) => node(marked, [x], { marks: [-1] }) };
    const { maxAbsDifference } = await exportOnnx(model, { parameters: {}, sample: { shape: [2] }, batch: 3 });
    expect(maxAbsDifference).toBe(0);
    expect(seen).toContainEqual([-1]);
    expect(seen).not.toContainEqual([3]);
  });

  test('says that nothing was compared when the proof is skipped', async () => {
    const { model } = nets.mlp as (typeof nets)[string];
    const options = { parameters: initParameters(model, 1), sample: pixels };
    const { maxAbsDifference, samples } = await exportOnnx(model, { ...options, verify: false });
    expect([maxAbsDifference, samples]).toEqual([null, 0]);
  });

  test('is written whole or not at all', async () => {
    const { model } = nets.mlp as (typeof nets)[string];
    const parameters = initParameters(model, 1);
    const path = join(folder, 'mlp.onnx');
    const { bytes } = await exportOnnx(model, { parameters, sample: pixels, path });
    expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
    const missing = join(folder, 'no', 'such', 'folder.onnx');
    await expect(exportOnnx(model, { parameters, sample: pixels, path: missing })).rejects.toThrow(/ENOENT/);
    const broken = { ...parameters, '2.bias': ndarray('float32', [256], new Float32Array(256).fill(Number.NaN)) };
    await expect(exportOnnx(model, { parameters: broken, sample: pixels, path })).rejects.toThrow(NumericError);
    expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
    expect(readdirSync(folder)).toEqual(['mlp.onnx']);
  });
});

describe('numbers that are not finite', () => {
  const { model } = nets.mlp as (typeof nets)[string];
  const parameters = initParameters(model, 1);
  const of = (value: number) => ({
    ...parameters,
    '2.bias': ndarray('float32', [256], new Float32Array(256).fill(value)),
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'parameters that are %s are refused, proof or not',
    async (value) => {
      const path = join(folder, 'broken.onnx');
      for (const verify of [{}, false] as const) {
        const exported = exportOnnx(model, { parameters: of(value), sample: pixels, path, verify });
        await expect(exported).rejects.toThrow(NumericError);
        await expect(exported).rejects.toThrow(/2\.bias/);
      }
      expect(readdirSync(folder)).not.toContain('broken.onnx');
    },
  );

  test('outputs that are not finite prove nothing', async () => {
    const path = join(folder, 'broken.onnx');
    const real = { shape: [784] };
    const net = linear(784, 3);
    const numbers = initParameters(net, 1);
    const huge = { ...numbers, weight: ndarray('float32', [3, 784], new Float32Array(3 * 784).fill(1e38)) };
    const large = exportOnnx(net, { parameters: huge, sample: real, path });
    await expect(large).rejects.toThrow(NumericError);
    await expect(large).rejects.toThrow(/for sample \d+ of 16/);
    for (const [inputs, expected] of [
      [ndarray('float32', [1, 784], new Float32Array(784).fill(Number.NaN)), /NaN at position 0/],
      [ndarray('float32', [0, 784], new Float32Array(0)), /no samples/],
    ] as const) {
      const exported = exportOnnx(net, { parameters: numbers, sample: real, path, verify: { inputs } });
      await expect(exported).rejects.toThrow(expected);
    }
    expect(readdirSync(folder)).not.toContain('broken.onnx');
  });
});

describe('bad input', () => {
  const small = linear(2, 3);
  // biome-ignore lint/suspicious/noExplicitAny: what plain JavaScript may give.
  const given = (options: any): any => ({ parameters: initParameters(small, 1), sample: { shape: [2] }, ...options });

  test.each<readonly [string, object, RegExp]>([
    ['a misspelt option', { lables: ['a', 'b', 'c'] }, /no option 'lables'; did you mean 'labels'/],
    ['a misspelt option of the proof', { verify: { atol: 1 } }, /no option 'atol'/],
    ['a proof that is not told how', { verify: true }, /verify takes its options as one object/],
    ['labels as a text', { labels: 'abc' }, /not a list of names/],
    ['labels that are numbers', { labels: [1, 2, 3] }, /not a list of names/],
    ['no labels', { labels: null }, /not a list of names/],
  ])('%s is refused', async (_, options, message) => {
    await expect(exportOnnx(small, given(options))).rejects.toThrow(message);
  });

  test('what is no network is refused, and so are no options', async () => {
    // biome-ignore lint/suspicious/noExplicitAny: what plain JavaScript may give.
    const call = exportOnnx as any;
    await expect(call({ small }, given({}))).rejects.toThrow(/model is not a layer/);
    await expect(call(small)).rejects.toThrow(/exportOnnx takes its options as one object/);
    await expect(loadOnnx(new Uint8Array(8), { thread: 1 } as object)).rejects.toThrow(/did you mean 'threads'/);
  });

  const { model } = nets.mlp as (typeof nets)[string];
  const parameters = initParameters(model, 1);

  test('options that do not fit', async () => {
    const other = initParameters(sequential(linear(2, 2)), 0);
    await expect(exportOnnx(model, { parameters: other, sample: pixels })).rejects.toThrow(StateError);
    await expect(exportOnnx(model, { parameters, sample: pixels, labels: ['a'] })).rejects.toThrow(ValueError);
    await expect(exportOnnx(model, { parameters, sample: pixels, batch: 0 })).rejects.toThrow(/batch/);
    await expect(exportOnnx(model, { parameters, sample: pixels, opset: 9 })).rejects.toThrow(/opset/);
    await expect(exportOnnx(model, { parameters, sample: { shape: [3, 32, 32], dtype: 'uint8' } })).rejects.toThrow(
      /linear\(784 → 256\)/,
    );
    await expect(exportOnnx(model, { parameters, sample: pixels, verify: { tolerance: -1 } })).rejects.toThrow(
      NumericError,
    );
  });

  test('files that are not models', async () => {
    await expect(loadOnnx(join(folder, 'missing.onnx'))).rejects.toThrow(/missing\.onnx.*cannot be read/);
    const path = join(folder, 'text.onnx');
    writeFileSync(path, 'this is no model, but some text that goes on for a while');
    await expect(loadOnnx(path)).rejects.toThrow(/text\.onnx.*not an ONNX model/);
    const { bytes } = await exportOnnx(model, { parameters, sample: pixels });
    await expect(loadOnnx(bytes.subarray(0, bytes.length >> 1))).rejects.toThrow(/not an ONNX model but a part of one/);
    const file = await loadOnnx(bytes);
    await expect(file.predict(ndarray('float32', [1, 1, 28, 28], new Float32Array(784)))).rejects.toThrow(
      /give the values as uint8/,
    );
    await expect(file.topK(images(1), 0)).rejects.toThrow(/k/);
    file.dispose();
    await expect(file.predict(images(1))).rejects.toThrow(/after dispose/);
  });
});

const python = process.env.DESCENT_PYTHON ?? 'python3';
let checker: string | null = null;
beforeAll(() => {
  try {
    checker = execFileSync(python, ['-c', 'import onnx; print(onnx.__version__)'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .toString()
      .trim();
  } catch {
    console.log(
      `ONNX checker: not run, since '${python} -c "import onnx"' fails here; pip install onnx, and set DESCENT_PYTHON if it is not python3`,
    );
  }
});

test("ONNX's own checker accepts every exported file, at each opset", async (context) => {
  if (checker === null) return context.skip(`python module onnx is missing (${python})`);
  const paths: string[] = [];
  for (const [name, { model, sample }] of Object.entries(nets)) {
    for (const opset of [17, 18, 20, 21]) {
      for (const batch of ['dynamic', 2] as const) {
        const path = join(folder, `${name}-${opset}-${batch}.onnx`);
        await exportOnnx(model, {
          parameters: initParameters(model, 2),
          sample,
          opset,
          batch,
          softmax: name !== 'everything',
          path,
        });
        paths.push(path);
      }
    }
  }
  const script =
    'import sys, onnx\nfor p in sys.argv[1:]:\n  onnx.checker.check_model(p, full_check=True)\n  print("ok")';
  const output = execFileSync(python, ['-c', script, ...paths]).toString();
  expect(output.match(/ok/g)).toHaveLength(paths.length);
  expect(paths.every((p) => existsSync(p))).toBe(true);
}, 60_000);
