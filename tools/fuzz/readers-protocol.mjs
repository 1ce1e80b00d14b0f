import { decodeInferRequest, encodeInferRequest } from '@descent/serve';

/**
 * A body as a file: two bytes say how long its JSON is, 0 for all of it.
 *
 * @param {import('@descent/serve').InferRequest} request
 * @param {boolean} binary
 */
function packed(request, binary) {
  const { body, headerLength } = encodeInferRequest(request, binary);
  const bytes = new Uint8Array(2 + body.length);
  new DataView(bytes.buffer).setUint16(0, headerLength ?? 0, true);
  bytes.set(body, 2);
  return bytes;
}

/**
 * With 0 instead of -0 among its settings, which JSON does not keep apart.
 *
 * @template {{ readonly parameters?: import('@descent/serve').WireParameters }} T
 * @param {T} value
 * @returns {T}
 */
function withoutSigns(value) {
  return value.parameters === undefined
    ? value
    : { ...value, parameters: JSON.parse(JSON.stringify(value.parameters)) };
}

/** @param {import('@descent/serve').InferRequest} request */
function plain(request) {
  const { inputs, outputs } = request;
  return {
    ...withoutSigns(request),
    inputs: inputs.map(withoutSigns),
    ...(outputs !== undefined && { outputs: outputs.map(withoutSigns) }),
  };
}

/** @type {import('@descent/serve').InferRequest} */
const REQUEST = {
  id: 'a',
  parameters: { priority: 1 },
  inputs: [
    { name: 'x', datatype: 'FP32', shape: [2, 2], data: Float32Array.of(1, -2, 0.5, 3) },
    { name: 'half', datatype: 'FP16', shape: [1], data: Uint16Array.of(0x3c00) },
    { name: 'ids', datatype: 'INT64', shape: [1, 3], data: BigInt64Array.of(1n, -2n, 3n) },
    { name: 'mask', datatype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) },
    { name: 'words', datatype: 'BYTES', shape: [2], data: [Uint8Array.of(104, 105), new Uint8Array(0)] },
  ],
  outputs: [{ name: 'y', binary: true, parameters: { classification: 2 } }],
  binaryOutput: true,
};

/** @type {readonly import('./readers.mjs').Reader[]} */
export const protocolReaders = [
  {
    name: 'infer-request',
    seeds: async () => [true, false].map((binary) => ({ bytes: packed(REQUEST, binary) })),
    words: [
      ...['{', '}', '[', ']', '"', ',', ':', 'null', 'true', '-1', '1e400', '0.5', '9007199254740993', '[[[[[[[['],
      ...['"inputs":', '"outputs":', '"name":', '"shape":', '"datatype":', '"data":', '"parameters":', '"__proto__":'],
      ...['"BYTES"', '"FP64"', '"UINT8"', '"BF16"', '"binary_data_size":', '"binary_data":', '"binary_data_output":'],
      ...[Uint8Array.of(255, 255, 255, 255), Uint8Array.of(0, 0, 0, 0)],
    ],
    async read(bytes) {
      const length = bytes.length < 2 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint16(0, true);
      return plain(decodeInferRequest(bytes.subarray(2), length === 0 ? null : length));
    },
    write: (request) => packed(request, true),
  },
];
