import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DTypeError, ShapeError, ValueError } from '@descent/core';
import { expect, test } from 'vitest';
import { quoted } from '../../src/deploy/config-pbtxt.ts';
import { describe } from '../../src/deploy/export-triton.ts';
import { facts, value } from './helpers.ts';

const classifier = facts([value('input', 'float32', 'batch', 1, 28, 28)], [value('output', 'float32', 'batch', 3)], {
  labels: ['a', 'b', 'c'],
  outputKind: 'logits',
});

const python = process.env['DESCENT_PYTHON'] ?? 'python3';

test('a classifier of pictures, joined up to 32', () => {
  expect(describe(classifier, 'digits')).toEqual({
    maxBatchSize: 32,
    labels: [['labels.txt', 'a\nb\nc\n']],
    config: `name: "digits"
platform: "onnxruntime_onnx"
backend: "onnxruntime"
max_batch_size: 32
input [
  {
    name: "input"
    data_type: TYPE_FP32
    dims: [ 1, 28, 28 ]
  }
]
output [
  {
    name: "output"
    data_type: TYPE_FP32
    dims: [ 3 ]
    label_filename: "labels.txt"
  }
]
dynamic_batching {
}
`,
  });
});

test('several inputs of other types, an open axis, a number for each sample', () => {
  const model = facts(
    [value('tokens', 'int64', 'batch', 'length'), value('text', 'string', 'batch', 1), value('flag', 'bool', 'batch')],
    [value('score', 'float64', 'batch'), value('each', 'float16', 'batch', null, 2)],
  );
  expect(describe(model, 'm', { maxBatchSize: 8, maxQueueDelay: 500 }).config).toBe(`name: "m"
platform: "onnxruntime_onnx"
backend: "onnxruntime"
max_batch_size: 8
input [
  {
    name: "tokens"
    data_type: TYPE_INT64
    dims: [ -1 ]
  },
  {
    name: "text"
    data_type: TYPE_STRING
    dims: [ 1 ]
  },
  {
    name: "flag"
    data_type: TYPE_BOOL
    dims: [ 1 ]
    reshape: { shape: [ ] }
  }
]
output [
  {
    name: "score"
    data_type: TYPE_FP64
    dims: [ 1 ]
    reshape: { shape: [ ] }
  },
  {
    name: "each"
    data_type: TYPE_FP16
    dims: [ -1, 2 ]
  }
]
dynamic_batching {
  max_queue_delay_microseconds: 500
}
`);
});

test('a model of one batch size keeps its whole shapes, and a scalar is one number', () => {
  const model = facts([value('x', 'float32', 5, 4), value('rate', 'float32')], [value('y', 'float32', 5, 3)]);
  const { config, maxBatchSize } = describe(model, 'm');
  expect(maxBatchSize).toBe(0);
  expect(config).toContain('max_batch_size: 0\n');
  expect(config).toContain('dims: [ 5, 4 ]');
  expect(config).toContain('name: "rate"\n    data_type: TYPE_FP32\n    dims: [ 1 ]\n  }');
  expect(config).not.toMatch(/reshape|dynamic_batching/);
});

test('requests are joined by themselves only where all first axes are the same one', () => {
  const size = (inputs: Parameters<typeof facts>[0], outputs: Parameters<typeof facts>[1]): number =>
    describe(facts(inputs, outputs), 'm').maxBatchSize;
  const y = value('y', 'float32', 'batch', 2);
  expect(size([value('x', 'float32', 'batch', 4)], [y])).toBe(32);
  expect(size([value('x', 'float32', null, 4)], [value('y', 'float32', null, 2)])).toBe(32);
  expect(size([value('x', 'int64', 'length')], [value('y', 'float32', 'length', 2)])).toBe(32);
  expect(size([value('x', 'float32', 'rows', 4)], [y])).toBe(0);
  expect(size([value('x', 'float32', 'batch', 4), value('z', 'float32', 'words', 4)], [y])).toBe(0);
  expect(size([value('x', 'float32', 'batch', 4)], [y, value('mean', 'float32')])).toBe(0);
  expect(size([value('x', 'float32', 1, 4)], [value('y', 'float32', 1, 2)])).toBe(0);
  // Whoever knows better may say so.
  const named = facts([value('x', 'float32', 'N', 4)], [value('y', 'float32', 'Gemm_dim_0', 2)]);
  expect(describe(named, 'm', { maxBatchSize: 4 }).config).toContain('max_batch_size: 4');
});

test('what Triton does not take is refused by name', () => {
  const y = value('y', 'float32', 'batch', 2);
  const one = (input: Parameters<typeof facts>[0][number], options = {}) => describe(facts([input], [y]), 'm', options);
  expect(() => one(value('x', 'bfloat16', 'batch', 4))).toThrow(DTypeError);
  expect(() => one(value('x', 'int4', 'batch', 4))).toThrow(/x: Triton has no such type/);
  expect(() => one(value('x', 'constructor', 'batch', 4))).toThrow(DTypeError);
  expect(() => one({ name: 'x', type: 'sequence(map(int64, float32))', shape: null })).toThrow(/zipmap=False/);
  expect(() => one({ name: 'x', type: 'float32', shape: null })).toThrow(ShapeError);
  expect(() => one(value('x', 'float32', 'batch', 0))).toThrow(/no axis of size 0/);
  expect(() => one(value('x', 'float32', 1, 4), { maxBatchSize: 4 })).toThrow(/received: 'x' of shape \[1, 4\]/);
  expect(() => one(value('x', 'float32'), { maxBatchSize: 4 })).toThrow(ValueError);
  expect(() => one(value('x', 'float32', 1, 4), { maxQueueDelay: 100 })).toThrow(/maxQueueDelay/);
});

test('labels belong to outputs with a number for each class', () => {
  const three = { labels: ['a', 'b\r\nc', ''] };
  const labelled = (outputs: Parameters<typeof facts>[1], descent = {}): readonly string[] =>
    describe(facts([value('x', 'float32', 'batch', 4)], outputs, { ...three, ...descent }), 'm').labels.map(
      ([file]) => file,
    );
  const classes = value('classes', 'float32', 'batch', 3);
  const box = value('box', 'float32', 'batch', 4);
  expect(labelled([classes, box])).toEqual(['labels.txt']);
  expect(labelled([value('map', 'float32', 'batch', 3, 8, 8)])).toEqual([]);
  expect(labelled([classes], { outputKind: 'values' })).toEqual([]);
  const two = [classes, value('offsets', 'float32', 'batch', 3)];
  expect(labelled(two, { outputKinds: { classes: 'logits', offsets: 'values' } })).toEqual(['labels.txt']);
  expect(labelled(two)).toEqual(['labels.0.txt', 'labels.1.txt']);
  const fixed = facts([value('x', 'float32', 1, 4)], [value('y', 'float32', 1, 3)], three);
  expect(describe(fixed, 'm').labels).toEqual([['labels.txt', 'a\nb c\n\n']]);
});

test('a parser of protocol buffers reads what is written', ({ skip }) => {
  const odd = 'quote " back\\ line\nbell\u0007 ü 漢';
  const model = facts(
    [value(odd, 'int32', 'batch', 2), value('flag', 'bool', 'batch')],
    [value('y', 'float32', 'batch', 3)],
    { labels: ['a', 'b', 'c'] },
  );
  const read = (text: string): unknown => {
    const script = fileURLToPath(new URL('./read-config.py', import.meta.url));
    return JSON.parse(execFileSync(python, [script], { input: text, encoding: 'utf8' }));
  };
  skip(
    !hasProtobuf(),
    `'${python} -c "import google.protobuf"' fails: set DESCENT_PYTHON to a Python that has it, as onnx brings it`,
  );
  expect(read(describe(model, 'm', { maxQueueDelay: 7 }).config)).toEqual({
    ...{ name: 'm', platform: 'onnxruntime_onnx', backend: 'onnxruntime', max_batch_size: 32 },
    input: [
      { name: odd, data_type: 'TYPE_INT32', dims: ['2'] },
      { name: 'flag', data_type: 'TYPE_BOOL', dims: ['1'], reshape: {} },
    ],
    output: [{ name: 'y', data_type: 'TYPE_FP32', dims: ['3'], label_filename: 'labels.txt' }],
    dynamic_batching: { max_queue_delay_microseconds: '7' },
  });
});

test('texts keep to the characters that every parser reads', () => {
  expect(quoted('a"\\\n\u0001é')).toBe('"a\\"\\\\\\012\\001\\303\\251"');
});

function hasProtobuf(): boolean {
  try {
    execFileSync(python, ['-c', 'import google.protobuf'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
