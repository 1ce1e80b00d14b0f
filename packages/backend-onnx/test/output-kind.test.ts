import { exportOnnx, loadOnnx, type OnnxModelFile } from '@descent/backend-onnx';
import {
  crossEntropy,
  initParameters,
  type Layer,
  linear,
  logSigmoid,
  logSoftmax,
  mse,
  type NDArray,
  ndarray,
  type OutputKind,
  sequential,
  sigmoid,
  softmax,
} from '@descent/core';
import { describe, expect, test } from 'vitest';
import { AttributeType, DataType, floats, modelBytes, value } from './craft.ts';

const x = ndarray('float32', [2, 3], Float32Array.of(0.5, 2, -1, 3, 0, 1));
const exported = async (model: Layer, options: object = {}) =>
  exportOnnx(model, { parameters: initParameters(model, 1), sample: { shape: [3] }, ...options });

async function asked<T>(bytes: Uint8Array, ask: (file: OnnxModelFile) => T | Promise<T>): Promise<T> {
  const file = await loadOnnx(bytes, { threads: 1 });
  try {
    return await ask(file);
  } finally {
    file.dispose();
  }
}

describe('exported files say what their output is', () => {
  test.each<readonly [string, Layer, object, OutputKind, string]>([
    ['logits', linear(3, 2), {}, 'logits', 'logits'],
    ['a softmax added', linear(3, 2), { softmax: true }, 'probabilities', 'probabilities'],
    ['a softmax of its own', sequential(linear(3, 2), softmax()), {}, 'probabilities', 'probabilities'],
    ['logSoftmax', sequential(linear(3, 2), logSoftmax()), {}, 'log-probabilities', 'log_probabilities'],
    [
      'logSoftmax and a softmax',
      sequential(linear(3, 2), logSoftmax()),
      { softmax: true },
      'probabilities',
      'probabilities',
    ],
    ['a sigmoid', sequential(linear(3, 1), sigmoid()), { labels: ['no', 'yes'] }, 'probabilities', 'probabilities'],
    ['one number to predict', linear(3, 1), {}, 'values', 'values'],
    ['two numbers to predict', linear(3, 2), { loss: mse() }, 'values', 'values'],
    ['what the loss takes for logits', linear(3, 2), { loss: crossEntropy() }, 'logits', 'logits'],
    ['a number from 0 to 1', sequential(linear(3, 1), sigmoid()), { output: 'values' }, 'values', 'values'],
    ['a logit', linear(3, 1), { output: 'logit' }, 'logit', 'logit'],
  ])('%s', async (_, model, options, kind, name) => {
    const { bytes } = await exported(model, options);
    await asked(bytes, ({ output, outputKind }) => {
      expect(outputKind).toBe(kind);
      expect(output.name).toBe(name);
    });
  });

  test.each<readonly [string, Layer, object, RegExp]>([
    ['probabilities', sequential(linear(3, 2), softmax()), {}, /of probabilities\n.*\n.*second softmax/],
    ['a sigmoid', sequential(linear(3, 1), sigmoid()), {}, /of probabilities/],
    ['one number', linear(3, 1), {}, /of values\n.*\n.*no classes/],
    ['numbers to predict', linear(3, 2), { loss: mse() }, /of values/],
    ['a logit', linear(3, 1), { output: 'logit' }, /of logit\n.*\n.*sigmoid/],
    ['the logarithm of a sigmoid', sequential(linear(3, 1), logSigmoid()), {}, /softmax of one number is always 1/],
  ])('a softmax behind %s is refused', async (_, model, options, message) => {
    await expect(exported(model, { ...options, softmax: true })).rejects.toThrow(message);
  });

  test('one number a sample has the labels of no and yes', async () => {
    const model = sequential(linear(3, 1), sigmoid());
    const { bytes } = await exported(model, { labels: ['no', 'yes'] });
    await asked(bytes, async (file) => {
      const [p] = (await file.predict(x)).data;
      const [first] = await file.topK(x);
      expect(first?.map((c) => c.label).sort()).toEqual(['no', 'yes']);
      expect(first?.find((c) => c.label === 'yes')?.probability).toBeCloseTo(p as number, 6);
      expect((first ?? []).reduce((sum, c) => sum + c.probability, 0)).toBeCloseTo(1, 6);
    });
    await expect(exported(model, { output: 'percent' })).rejects.toThrow(/no such output\n.*percent/);
    await expect(exported(model, { labels: ['a', 'b', 'c'] })).rejects.toThrow(/3 labels\n.*2, for no and yes/);
  });
});

interface Step {
  readonly op: string;
  readonly inputs?: readonly string[];
  readonly axis?: number;
}

/** A file of operators in a row, or with named inputs, that says nothing of itself. Each gives `v0`, `v1`, …; the last `y`. */
function file(steps: readonly Step[], { opset = 17, width = 3 as number | null } = {}): Uint8Array {
  return modelBytes(
    {
      input: [value('x', DataType.FLOAT, ['n', 3])],
      output: [value('y', DataType.FLOAT, width === null ? undefined : ['n', width])],
      initializer: [
        { name: 'one', dataType: DataType.FLOAT, dims: [], rawData: floats(1) },
        { name: 'axes', dataType: DataType.INT64, dims: [1n], int64Data: [1n] },
      ],
      node: steps.map(({ op, inputs, axis }, i) => ({
        opType: op,
        input: [...(inputs ?? [i === 0 ? 'x' : `v${i - 1}`])],
        output: [i === steps.length - 1 ? 'y' : `v${i}`],
        attribute: axis === undefined ? [] : [{ name: 'axis', type: AttributeType.INT, i: BigInt(axis) }],
      })),
    },
    { opsetImport: [{ domain: '', version: BigInt(opset) }] },
  );
}

describe('files of others show it by their operators', () => {
  test.each<readonly [string, Uint8Array, OutputKind]>([
    ['Softmax', file([{ op: 'Softmax' }]), 'probabilities'],
    ['Softmax of opset 11, which has axis 1', file([{ op: 'Softmax' }], { opset: 11 }), 'probabilities'],
    ['Softmax over the batch', file([{ op: 'Softmax', axis: 0 }]), 'values'],
    [
      'Softmax, Identity, Flatten',
      file([{ op: 'Softmax' }, { op: 'Identity' }, { op: 'Flatten', axis: 1 }]),
      'probabilities',
    ],
    ['LogSoftmax', file([{ op: 'LogSoftmax' }]), 'log-probabilities'],
    ['LogSoftmax, Exp', file([{ op: 'LogSoftmax' }, { op: 'Exp' }]), 'probabilities'],
    ['Sigmoid', file([{ op: 'Sigmoid' }]), 'probabilities'],
    [
      'Exp over its sum',
      file([{ op: 'Exp' }, { op: 'ReduceSum', inputs: ['v0', 'axes'] }, { op: 'Div', inputs: ['v0', 'v1'] }]),
      'probabilities',
    ],
    ['1 − Sigmoid', file([{ op: 'Sigmoid' }, { op: 'Sub', inputs: ['one', 'v0'] }]), 'probabilities'],
    ['Relu', file([{ op: 'Relu' }]), 'logits'],
    ['Softmax, Neg', file([{ op: 'Softmax' }, { op: 'Neg' }]), 'logits'],
    ['a sum of one alone', file([{ op: 'Softmax' }, { op: 'Sum' }]), 'probabilities'],
    ['no shape at all', file([{ op: 'Softmax' }], { width: null }), 'probabilities'],
  ])('%s', async (_, bytes, kind) => {
    await asked(bytes, ({ outputKind }) => expect(outputKind).toBe(kind));
  });

  test('no second softmax', async () => {
    await asked(file([{ op: 'Softmax' }]), async (model) => {
      const output: NDArray = await model.predict(x);
      for (const [i, row] of (await model.topK(x)).entries())
        for (const { index, probability } of row) expect(probability).toBe(output.data[i * 3 + index]);
    });
  });
});
