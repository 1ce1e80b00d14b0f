import { HEADER_LENGTH } from '@descent/serve';
import { expect, test } from 'vitest';
import { ask, doubling, infer, started } from './servers.ts';

const INFER = '/v2/models/digits/infer';

test('says what it is, that it lives, what it has', async () => {
  const server = await started(() => doubling());
  expect((await ask(server, '/v2/')).json).toMatchObject({
    name: 'descent',
    extensions: ['binary_tensor_data', 'classification', 'model_repository(index)'],
  });
  expect((await ask(server, '/v2/health/live')).json).toEqual({ live: true });
  expect((await ask(server, '/v2/health/ready')).json).toEqual({ ready: true });
  expect((await ask(server, '/v2/models/digits')).json).toEqual({
    name: 'digits',
    versions: ['1'],
    platform: 'test',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 2] }],
  });
  expect((await ask(server, '/v2/models/digits/versions/1')).json).toMatchObject({ name: 'digits' });
  expect((await ask(server, '/v2/models/digits/ready')).json).toEqual({ name: 'digits', ready: true });
  const index = [{ name: 'digits', version: '1', state: 'READY', reason: '' }];
  expect((await ask(server, '/v2/models')).json).toEqual(index);
  expect((await ask(server, '/v2/repository/index', { ready: true })).json).toEqual(index);
  expect((await ask(server, '/descent/models/digits')).json).toMatchObject({
    name: 'digits',
    version: '1',
    labels: [],
    predict: { accepts: [] },
    batching: { joins: true, most: 32 },
  });
  expect(server.models()).toEqual(index);
});

test('tensors go in and out, as JSON and as bytes', async () => {
  const server = await started(() => doubling());
  const both = [
    [1, 2],
    [3, 4.5],
  ];
  const plain = await ask(server, INFER, { id: 'a', ...(infer(both) as object) });
  expect(plain).toMatchObject({
    status: 200,
    json: {
      model_name: 'digits',
      model_version: '1',
      id: 'a',
      outputs: [{ name: 'y', datatype: 'FP32', shape: [2, 2], data: [2, 4, 6, 9] }],
    },
  });
  expect(plain.headers.get('content-type')).toBe('application/json');

  const header = Buffer.from(
    JSON.stringify({
      inputs: [{ name: 'x', datatype: 'FP32', shape: [2, 2], parameters: { binary_data_size: 16 } }],
      parameters: { binary_data_output: true },
    }),
  );
  const response = await fetch(`${server.url}${INFER}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', [HEADER_LENGTH]: String(header.length) },
    body: Buffer.concat([header, Buffer.from(Float32Array.from(both.flat()).buffer)]),
  });
  expect(response.headers.get('content-type')).toBe('application/octet-stream');
  const body = Buffer.from(await response.arrayBuffer());
  const length = Number(response.headers.get(HEADER_LENGTH));
  expect(JSON.parse(body.toString('utf8', 0, length))).toEqual({
    model_name: 'digits',
    model_version: '1',
    outputs: [{ name: 'y', datatype: 'FP32', shape: [2, 2], parameters: { binary_data_size: 16 } }],
  });
  expect(new Float32Array(body.buffer.slice(body.byteOffset + length, body.byteOffset + body.length))).toEqual(
    Float32Array.of(2, 4, 6, 9),
  );
});

test('outputs are those that are asked for, and classes with their labels', async () => {
  const server = await started(() => doubling({ labels: ['cat', 'dog'] }));
  const asked = {
    ...(infer([
      [1, 3],
      [5, 2],
    ]) as object),
    outputs: [{ name: 'y', parameters: { classification: 1 } }],
  };
  expect((await ask(server, INFER, asked)).json.outputs).toEqual([
    { name: 'y', datatype: 'BYTES', shape: [2, 1], data: ['6:1:dog', '10:0:cat'] },
  ]);
});

test.each<[string, string, unknown, Readonly<Record<string, string>>, number, RegExp]>([
  ['no JSON', INFER, '{', {}, 400, /no JSON/],
  ['another model', '/v2/models/letters/infer', infer([[1, 2]]), {}, 404, /letters[\s\S]*expected: digits/],
  ['another version', '/v2/models/digits/versions/7/infer', infer([[1, 2]]), {}, 404, /received: 7[\s\S]*expected: 1/],
  ['a name that climbs', '/v2/models/..%2f..%2fetc/infer', infer([[1, 2]]), {}, 404, /no model/],
  ['another route', '/v2/model/digits/infer', infer([[1, 2]]), {}, 404, /no such route/],
  [
    'a form',
    INFER,
    'a=1',
    { 'content-type': 'application/x-www-form-urlencoded' },
    415,
    /-H 'Content-Type: application\/json'/,
  ],
  ['a compressed body', INFER, infer([[1, 2]]), { 'content-encoding': 'gzip' }, 415, /compressed/],
  ['another width', INFER, infer([[1, 2, 3]]), {}, 400, /received: \[1, 3\][\s\S]*expected: \[-1, 2\]/],
  [
    'another rank',
    INFER,
    { inputs: [{ name: 'x', datatype: 'FP32', shape: [2], data: [1, 2] }] },
    {},
    400,
    /\[1, 2\] for one/,
  ],
  [
    'another datatype',
    INFER,
    { inputs: [{ name: 'x', datatype: 'FP64', shape: [1, 2], data: [1, 2] }] },
    {},
    400,
    /received: FP64[\s\S]*expected: FP32/,
  ],
  [
    'another input',
    INFER,
    { inputs: [{ name: 'z', datatype: 'FP32', shape: [1, 2], data: [1, 2] }] },
    {},
    400,
    /received: z[\s\S]*expected: x/,
  ],
  [
    'another output',
    INFER,
    { ...(infer([[1, 2]]) as object), outputs: [{ name: 'z' }] },
    {},
    400,
    /received: z[\s\S]*expected: y/,
  ],
  [
    'shared memory',
    INFER,
    { ...(infer([[1, 2]]) as object), outputs: [{ name: 'y', parameters: { shared_memory_region: 'a' } }] },
    {},
    400,
    /no.* such an extension/,
  ],
  ['what it cannot prepare', '/descent/models/digits/predict', { row: [1, 2] }, {}, 400, /takes no such items/],
  ['a body of a megabyte', INFER, 'x'.repeat(2 ** 20), {}, 413, /larger than this server takes/],
  ['another origin', INFER, infer([[1, 2]]), { origin: 'https://example.org' }, 403, /--cors https:\/\/example.org/],
  ['a GET to what is posted', INFER, undefined, {}, 405, /ask with POST/],
  ['a POST to what is got', '/v2/health/live', {}, {}, 405, /ask with GET/],
])('%s is refused with what is wrong', async (_, path, body, headers, status, message) => {
  const server = await started(() => doubling(), { bodyLimit: 2 ** 19 });
  const answer = await ask(server, path, body, headers);
  expect(answer).toMatchObject({ status, json: { error: expect.stringMatching(message) } });
});

test('counts what it does, for Prometheus', async () => {
  const server = await started(() => doubling());
  await ask(server, INFER, infer([[1, 2]]));
  await ask(server, INFER, {});
  const text = await (await fetch(`${server.url}/metrics`)).text();
  expect(text).toContain('descent_http_requests_total{route="/v2/models/:model/infer",method="POST",status="200"} 1');
  expect(text).toContain('descent_http_requests_total{route="/v2/models/:model/infer",method="POST",status="400"} 1');
  expect(text).toContain('descent_inference_duration_seconds_count{model="digits",version="1",outcome="ok"} 1');
  expect(text).toContain('descent_models_ready 1');
});
