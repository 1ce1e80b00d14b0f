import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportOnnx, loadOnnx } from '@descent/backend-onnx';
import {
  conv2d,
  decodeSafetensors,
  encodeSafetensors,
  flatten,
  initParameters,
  linear,
  ndarray,
  relu,
  sequential,
  tensor,
} from '@descent/core';
import { decodeCheckpoint, encodeCheckpoint } from '@descent/runs';

const net = sequential(conv2d(1, 2, 3), relu(), flatten(), linear(8, 3));
const parameters = initParameters(net, 1);

const SAFETENSORS = [
  encodeSafetensors({ ...parameters, i: tensor([[1, -2]], 'int32') }, { step: '3' }),
  encodeSafetensors({ a: ndarray('uint8', [0, 2], new Uint8Array(0)), b: ndarray('float64', [], Float64Array.of(1)) }),
  encodeSafetensors({}),
];

async function onnxSeeds() {
  const options = { parameters, sample: { shape: [1, 4, 4] }, verify: /** @type {const} */ (false) };
  const files = [
    await exportOnnx(net, options),
    await exportOnnx(net, { ...options, batch: 2, softmax: true, labels: ['a', 'b', 'c'] }),
  ];
  return files.map(({ bytes }) => ({ bytes }));
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
        bytes: encodeCheckpoint({
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
      const file = await loadOnnx(path, { threads: 1 });
      file.dispose();
      return { inputs: file.inputs, outputs: file.outputs };
    },
  },
];
