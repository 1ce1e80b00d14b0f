import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  compareOnnx,
  drawOnnx,
  exportOnnx,
  importOnnx,
  inspectOnnx,
  loadOnnx,
  quantizeOnnx,
} from '@descent/backend-onnx';
import {
  conv2d,
  DescentError,
  DYNAMIC,
  decodeSafetensors,
  encodeSafetensors,
  flatten,
  initParameters,
  linear,
  ndarray,
  relu,
  sequential,
  summarize,
  tensor,
} from '@descent/core';
import { decodeCheckpoint, encodeCheckpoint } from '@descent/runs';
import { moreSeeds } from './more-seeds.mjs';
import { changeField } from './mutate-protobuf.mjs';

const net = sequential(conv2d(1, 2, 3), relu(), flatten(), linear(8, 3));
const parameters = initParameters(net, 1);

const SAFETENSORS = [
  encodeSafetensors({ ...parameters, i: tensor([[1, -2]], 'int32') }, { step: '3' }),
  encodeSafetensors({ a: ndarray('uint8', [0, 2], new Uint8Array(0)), b: ndarray('float64', [], Float64Array.of(1)) }),
  encodeSafetensors({}),
];

/** Which of the files has its weights in another. */
const EXTERNAL = 2;

async function onnxSeeds() {
  const options = { parameters, sample: { shape: [1, 4, 4] }, verify: /** @type {const} */ (false) };
  const files = [
    await exportOnnx(net, options),
    await exportOnnx(net, { ...options, batch: 2, softmax: true, labels: ['a', 'b', 'c'] }),
  ];
  return [...files.map(({ bytes }) => ({ bytes })), { bytes: externalModel() }, ...(await moreSeeds('.onnx'))];
}

/** What the model with weights in another file names. */
const WEIGHTS = new Uint8Array(Float32Array.from({ length: 8 }, (_, i) => i).buffer);

/**
 * What a port takes: sizes that are open are 1, and what would be large is not tried.
 *
 * @param {import('@descent/backend-onnx').Port} port
 */
function zeros({ dtype, shape }) {
  const sizes = shape.map((d) => (d < 0 ? 1 : d));
  const size = sizes.reduce((a, b) => a * b, 1);
  if (size > 1e5) throw new DescentError('too large to try');
  const data =
    dtype === 'float32' ? new Float32Array(size) : dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
  return /** @type {import('@descent/core').NDArray} */ ({ dtype, shape: sizes, data });
}

/**
 * A sample whose open axes have size 2.
 *
 * @param {any} sample
 * @returns {any}
 */
function fixedSample(sample) {
  if (!Array.isArray(sample.shape))
    return Object.fromEntries(Object.entries(sample).map(([name, one]) => [name, fixedSample(one)]));
  return { ...sample, shape: sample.shape.map((/** @type {number | string} */ d) => (typeof d === 'string' ? 2 : d)) };
}

/**
 * A message of protobuf: fields by their numbers, texts and messages with a length, numbers as they are.
 *
 * @param {readonly (readonly [field: number, value: number | string | Uint8Array])[]} fields
 * @returns {Uint8Array}
 */
function message(fields) {
  const bytes = fields.flatMap(([field, value]) => {
    if (typeof value === 'number') return [field * 8, value];
    const content = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    if (content.length > 127) return [field * 8 + 2, (content.length & 127) | 128, content.length >> 7, ...content];
    return [field * 8 + 2, content.length, ...content];
  });
  return Uint8Array.from(bytes);
}

/** `y = x + w` with `w` in the file w.bin, as other exporters write it. */
function externalModel() {
  const shape = message([[1, message([[1, 4]])]]);
  const value = (/** @type {string} */ name) =>
    message([
      [1, name],
      [
        2,
        message([
          [
            1,
            message([
              [1, 1],
              [2, shape],
            ]),
          ],
        ]),
      ],
    ]);
  const entry = (/** @type {string} */ key, /** @type {string} */ text) =>
    message([
      [1, key],
      [2, text],
    ]);
  const w = message([
    [1, 4],
    [2, 1],
    [8, 'w'],
    [13, entry('location', 'w.bin')],
    [13, entry('offset', '8')],
    [13, entry('length', '16')],
    [14, 1],
  ]);
  const add = message([
    [1, 'x'],
    [1, 'w'],
    [2, 'y'],
    [4, 'Add'],
  ]);
  const graph = message([
    [1, add],
    [2, 'g'],
    [5, w],
    [11, value('x')],
    [12, value('y')],
  ]);
  return message([
    [1, 8],
    [7, graph],
    [
      8,
      message([
        [1, ''],
        [2, 17],
      ]),
    ],
  ]);
}

/** @type {readonly import('./readers.mjs').Reader[]} */
export const modelReaders = [
  {
    name: 'safetensors',
    seeds: async () => SAFETENSORS.map((bytes) => ({ bytes })),
    words: [
      '"F32"',
      '"F16"',
      '"BF16"',
      '"I64"',
      '"BOOL"',
      '"data_offsets":',
      '"shape":',
      '"__metadata__":',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      'null',
      '0',
      ' ',
    ],
    read: async (bytes) => decodeSafetensors(bytes).tensors,
    write: (tensors) => encodeSafetensors(tensors),
  },
  {
    name: 'checkpoint',
    seeds: async () => [
      {
        bytes: await encodeCheckpoint({
          state: { step: 7, parameters, slots: { 'm/0.weight': tensor([1, 2]) } },
          position: /** @type {any} */ ({ epoch: 1, batch: 2, history: [] }),
          info: { seed: 1 },
        }),
      },
    ],
    words: ['"F32"', 'descent.checkpoint.1', '"description":', '"sha256":', '{', '}', 'null', '\\"step\\":'],
    read: async (bytes) => decodeCheckpoint(bytes, 'fuzz'),
    write: encodeCheckpoint,
  },
  {
    name: 'onnx',
    seeds: onnxSeeds,
    mutations: [changeField],
    words: [
      'location',
      'Conv',
      'Gemm',
      'Relu',
      'Loop',
      'If',
      'input',
      'batch',
      '../secret',
      Uint8Array.of(0x70, 0x01),
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x07),
      Uint8Array.of(0x0a),
      Uint8Array.of(0x3a),
    ],
    async read(bytes, folder) {
      const path = join(folder, 'model', 'model.onnx');
      await mkdir(join(folder, 'model'), { recursive: true });
      await writeFile(path, bytes);
      await writeFile(join(folder, 'model', 'w.bin'), WEIGHTS);
      const file = await loadOnnx(path, { threads: 1 });
      try {
        const feeds = file.inputs.map((port) => [port.name, zeros(port)]);
        return await file.run(Object.fromEntries(feeds));
      } finally {
        file.dispose();
      }
    },
  },
  {
    name: 'onnx-import',
    seeds: onnxSeeds,
    mutations: [changeField],
    words: [
      ...['Reshape', 'Shape', 'Gather', 'Concat', 'ConstantOfShape', 'Range', 'Expand', 'Tile', 'Einsum', 'Loop', 'If'],
      ...[
        'Slice',
        'Pad',
        'Split',
        'ReduceProd',
        'Conv',
        'Gemm',
        'transB',
        'axis',
        'axes',
        'group',
        '__proto__',
        'location',
      ],
      Uint8Array.of(0x70, 0x01),
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x07),
      Uint8Array.of(0x0a),
      Uint8Array.of(0x3a),
    ],
    async read(bytes) {
      const { model, inputs, sample } = await importOnnx(bytes, { externalData: { 'w.bin': WEIGHTS } });
      for (const port of inputs) zeros(port);
      // What was exported for one size of the batch is no network for any: only its numbers are read.
      const isOpen = inputs.every(({ shape: [batch] }) => batch === undefined || batch === DYNAMIC);
      const summary = isOpen ? summarize(model, /** @type {any} */ (fixedSample(sample))) : null;
      return [summary, initParameters(model, 0)];
    },
  },
  {
    name: 'onnx-inspect',
    seeds: onnxSeeds,
    mutations: [changeField],
    words: ['location', 'If', 'input', '__proto__', 'w', Uint8Array.of(0x32), Uint8Array.of(0x3a), Uint8Array.of(0x2a)],
    async read(bytes) {
      const facts = await inspectOnnx(bytes);
      const files = Object.keys(facts.externalData).map((name) => /** @type {const} */ ([name, WEIGHTS]));
      const data = Object.fromEntries(files);
      const differences = await compareOnnx(bytes, bytes, { beforeData: data, afterData: data });
      return [facts, differences, await drawOnnx(bytes)];
    },
  },
  {
    name: 'onnx-quantize',
    seeds: async () => (await onnxSeeds()).filter((_, i) => i !== EXTERNAL),
    mutations: [changeField],
    words: ['Conv', 'Gemm', 'Relu', 'Transpose', 'Identity', 'input', 'w', Uint8Array.of(0x0a), Uint8Array.of(0x2a)],
    async read(bytes) {
      const data = Float32Array.from({ length: 32 }, (_, i) => Math.sin(i));
      const x = /** @type {const} */ ({ dtype: 'float32', shape: [2, 1, 4, 4], data });
      return quantizeOnnx(bytes, { to: 'int8', calibration: x, evaluation: false, speed: false });
    },
  },
];
