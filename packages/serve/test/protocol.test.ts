import {
  decodeInferRequest,
  decodeInferResponse,
  encodeInferRequest,
  encodeInferResponse,
  fromArray,
  type InferRequest,
  MESSAGE_LIMITS,
  toArray,
  type WireTensor,
} from '@descent/serve';
import { describe, expect, test } from 'vitest';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const json = (value: unknown): Uint8Array => bytes(JSON.stringify(value));
const input = (more: object): Uint8Array =>
  json({ inputs: [{ name: 'x', datatype: 'FP32', shape: [2, 2], data: [1, 2, 3, 4], ...more }] });

const ALL: readonly WireTensor[] = [
  { name: 'BOOL', datatype: 'BOOL', shape: [3], data: Uint8Array.of(1, 0, 1) },
  { name: 'UINT8', datatype: 'UINT8', shape: [2], data: Uint8Array.of(0, 255) },
  { name: 'UINT16', datatype: 'UINT16', shape: [2], data: Uint16Array.of(0, 65535) },
  { name: 'UINT32', datatype: 'UINT32', shape: [2], data: Uint32Array.of(0, 2 ** 32 - 1) },
  { name: 'UINT64', datatype: 'UINT64', shape: [1], data: BigUint64Array.of(2n ** 53n - 1n) },
  { name: 'INT8', datatype: 'INT8', shape: [2], data: Int8Array.of(-128, 127) },
  { name: 'INT16', datatype: 'INT16', shape: [2], data: Int16Array.of(-32768, 32767) },
  { name: 'INT32', datatype: 'INT32', shape: [1, 2], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) },
  { name: 'INT64', datatype: 'INT64', shape: [2], data: BigInt64Array.of(-(2n ** 53n) + 1n, 5n) },
  { name: 'FP16', datatype: 'FP16', shape: [2], data: Uint16Array.of(0x3c00, 0xc000) },
  { name: 'FP32', datatype: 'FP32', shape: [2, 1], data: Float32Array.of(0.1, -3e38) },
  { name: 'FP64', datatype: 'FP64', shape: [], data: Float64Array.of(0.1) },
  { name: 'BYTES', datatype: 'BYTES', shape: [2], data: [bytes('grüße'), bytes('')] },
  { name: 'none', datatype: 'FP32', shape: [0, 4], data: new Float32Array() },
];

describe.each([true, false])('binary: %s', (binary) => {
  test('a request comes back as it was', () => {
    const request: InferRequest = {
      id: '42',
      parameters: { priority: 1 },
      inputs: ALL,
      outputs: [
        { name: 'y', binary: true },
        { name: 'z', parameters: { classification: 2 } },
      ],
      binaryOutput: true,
    };
    const { body, headerLength } = encodeInferRequest(request, binary);
    expect(decodeInferRequest(body, headerLength)).toEqual(request);
  });

  test('a response comes back as it was', () => {
    const response = { modelName: 'm', modelVersion: '3', id: 'a' };
    const { body, headerLength } = encodeInferResponse(
      response,
      ALL.map((tensor) => ({ tensor, binary })),
    );
    expect(decodeInferResponse(body, headerLength)).toEqual({ ...response, outputs: ALL });
  });
});

test('binary tensors are the bytes that the protocol says, wherever they begin', () => {
  const header = JSON.stringify({
    inputs: [
      { name: 'a', datatype: 'UINT32', shape: [2], parameters: { binary_data_size: 8 } },
      { name: 'b', datatype: 'BYTES', shape: [1], parameters: { binary_data_size: 6 } },
    ],
  });
  for (const pad of ['', ' ', '  ', '   ']) {
    const body = Buffer.concat([
      Buffer.from(header + pad),
      Buffer.from([1, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 104, 105]),
    ]);
    const { inputs } = decodeInferRequest(body, `${header.length + pad.length}`);
    expect(inputs[0]?.data).toEqual(Uint32Array.of(1, 256));
    expect(inputs[1]?.data).toEqual([bytes('hi')].map((b) => expect.objectContaining({ length: b.length })));
  }
});

test.each<[string, Uint8Array, string | undefined, RegExp]>([
  ['nothing', new Uint8Array(), undefined, /an empty body/],
  ['other bytes', Uint8Array.of(0xff, 0xfe), undefined, /no JSON/],
  ['a list', json([1]), undefined, /no JSON object[\s\S]*a list of 1/],
  ['no inputs', json({}), undefined, /no list of inputs/],
  ['no input', json({ inputs: [] }), undefined, /no list of inputs/],
  ['an input that is none', json({ inputs: [7] }), undefined, /inputs\[0\]: this is no object/],
  [
    'a name twice',
    json({ inputs: [1, 2].map(() => ({ name: 'x', datatype: 'FP32', shape: [0], data: [] })) }),
    undefined,
    /inputs\[1\].name: a name is there twice/,
  ],
  ['another datatype', input({ datatype: 'float32' }), undefined, /"float32"[\s\S]*write "FP32"/],
  ['a shape of fractions', input({ shape: [1.5] }), undefined, /no shape/],
  ['a negative size', input({ shape: [-1, 2] }), undefined, /no shape/],
  ['a huge shape', input({ shape: [2 ** 30, 2 ** 30] }), undefined, /too many elements/],
  ['too few elements', input({ data: [1] }), undefined, /1 elements[\s\S]*4, for \[2, 2\]/],
  ['lists nested in another way', input({ data: [[1, 2, 3, 4]] }), undefined, /nested as \[2, 2\]/],
  ['a text among numbers', input({ data: [1, '2', 3, 4] }), undefined, /"2" at position 1/],
  ['null, as JSON writes NaN', input({ data: [1, null, 3, 4] }), undefined, /null at position 1/],
  ['a number that FP32 does not hold', input({ data: [1, 1e39, 3, 4] }), undefined, /1e\+39 at position 1/],
  ['a fraction as INT32', input({ datatype: 'INT32', data: [1, 2.5, 3, 4] }), undefined, /2.5 at position 1/],
  ['300 as UINT8', input({ datatype: 'UINT8', data: [1, 300, 3, 4] }), undefined, /from 0 to 255/],
  ['2 as BOOL', input({ datatype: 'BOOL', data: [1, 0, 1, 2] }), undefined, /2 at position 3/],
  [
    'an integer that JSON rounds',
    bytes('{"inputs":[{"name":"x","datatype":"INT64","shape":[1],"data":[9007199254740993]}]}'),
    undefined,
    /larger ones as binary data/,
  ],
  ['no data', input({ data: undefined }), undefined, /has no data/],
  ['data twice', input({ parameters: { binary_data_size: 16 } }), undefined, /data twice/],
  [
    'binary data that are not there',
    input({ data: undefined, parameters: { binary_data_size: 16 } }),
    undefined,
    /at most 0[\s\S]*Inference-Header-Content-Length/,
  ],
  ['a length of more than the body', json({}), '10', /not the length of the JSON/],
  ['a length that is none', json({}), '1e3', /not the length of the JSON/],
  [
    'bytes that nobody asked for',
    Buffer.concat([input({}), Buffer.from('abc')]),
    `${input({}).length}`,
    /3 bytes that no binary_data_size/,
  ],
  [
    'a parameter that no number holds',
    bytes('{"parameters":{"a":1e400},"inputs":[]}'),
    undefined,
    /parameters.a[\s\S]*finite/,
  ],
  ['a list as a parameter', json({ parameters: { a: [1] }, inputs: [] }), undefined, /parameters.a/],
  [
    'an id that is no text',
    json({ id: 4, inputs: [{ name: 'x', datatype: 'FP32', shape: [0], data: [] }] }),
    undefined,
    /id: this is no id/,
  ],
])('%s is refused with what is wrong', (_, body, length, message) => {
  expect(() => decodeInferRequest(body, length, MESSAGE_LIMITS)).toThrow(message);
  try {
    decodeInferRequest(body, length);
  } catch (error) {
    expect(error).toMatchObject({ name: 'ProtocolError', status: expect.toSatisfy((s) => s === 400 || s === 413) });
  }
});

test.each<[string, WireTensor]>([
  ['NaN', { name: 'y', datatype: 'FP32', shape: [2], data: Float32Array.of(1, Number.NaN) }],
  ['a large integer', { name: 'y', datatype: 'INT64', shape: [1], data: BigInt64Array.of(2n ** 60n) }],
  ['bytes that are no text', { name: 'y', datatype: 'BYTES', shape: [1], data: [Uint8Array.of(0xff)] }],
])('%s is refused in JSON and travels as binary data', (_, tensor) => {
  expect(() => encodeInferResponse({ modelName: 'm' }, [{ tensor, binary: false }])).toThrow(/binary_data_output/);
  const { body, headerLength } = encodeInferResponse({ modelName: 'm' }, [{ tensor, binary: true }]);
  expect(decodeInferResponse(body, headerLength).outputs[0]?.data).toEqual(tensor.data);
});

test('tensors become arrays and come back, and what 32 bits do not hold is refused', () => {
  for (const tensor of ALL) {
    if (tensor.datatype === 'BYTES' || ['UINT32', 'UINT64', 'INT64'].includes(tensor.datatype)) {
      expect(() => toArray(tensor)).toThrow(/32 bits|texts/);
    } else if (tensor.datatype !== 'FP64') {
      expect(fromArray(tensor.name, toArray(tensor), tensor.datatype)).toEqual(tensor);
    }
  }
  const small: WireTensor = { name: 'x', datatype: 'INT64', shape: [2], data: BigInt64Array.of(-7n, 8n) };
  expect(toArray(small)).toEqual({ dtype: 'int32', shape: [2], data: Int32Array.of(-7, 8) });
  expect(fromArray('x', toArray(small), 'INT64')).toEqual(small);
  expect(() => fromArray('x', toArray(small), 'UINT8')).toThrow(/does not fit/);
});
