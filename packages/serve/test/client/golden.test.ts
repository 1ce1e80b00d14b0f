// The examples that stand in the protocol and in Triton's extension for binary tensors, as they stand there.
import { expect, test } from 'vitest';
import { createClient } from '../../src/public/client.ts';
import { canned, json } from './canned.ts';

const INPUTS = {
  input0: { shape: [2, 2], data: Uint32Array.of(1, 2, 3, 4) },
  input1: { shape: [3], data: [true, false, true] },
};

test('the example of the protocol: JSON', async () => {
  const { url, came } = await canned((_, response) =>
    json(response, {
      id: '42',
      outputs: [{ name: 'output0', shape: [3, 2], datatype: 'FP32', data: [1.0, 1.1, 2.0, 2.1, 3.0, 3.1] }],
    }),
  );
  const client = createClient(url);
  const answer = await client.infer('mymodel', INPUTS, { id: '42', outputs: ['output0'], binary: false });
  expect(came.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /v2/models/mymodel/infer']);
  expect(came[0]?.headers['content-type']).toBe('application/json');
  expect(JSON.parse(`${came[0]?.body}`)).toEqual({
    id: '42',
    inputs: [
      { name: 'input0', shape: [2, 2], datatype: 'UINT32', data: [1, 2, 3, 4] },
      { name: 'input1', shape: [3], datatype: 'BOOL', data: [true, false, true] },
    ],
    outputs: [{ name: 'output0' }],
  });
  expect(answer).toMatchObject({ id: '42', version: undefined });
  expect(answer.get('output0', 'FP32')).toEqual({
    name: 'output0',
    datatype: 'FP32',
    shape: [3, 2],
    data: Float32Array.of(1, 1.1, 2, 2.1, 3, 3.1),
  });
});

test('the example of the extension: 19 bytes behind the JSON, 24 behind that of the answer', async () => {
  const { url, came } = await canned((_, response) => {
    const header = JSON.stringify({
      outputs: [{ name: 'output0', shape: [3, 2], datatype: 'FP32', parameters: { binary_data_size: 24 } }],
    });
    const data = new Uint8Array(Float32Array.of(1, 1.1, 2, 2.1, 3, Number.NaN).buffer);
    response.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Inference-Header-Content-Length': `${header.length}`,
    });
    response.end(Buffer.concat([Buffer.from(header), data]));
  });
  const answer = await createClient(url).infer('mymodel', INPUTS, {
    outputs: [{ name: 'output0', binary: true }],
    binary: true,
  });
  const length = Number(came[0]?.headers['inference-header-content-length']);
  expect(came[0]?.headers['content-type']).toBe('application/octet-stream');
  expect(JSON.parse(`${came[0]?.body.subarray(0, length)}`)).toEqual({
    parameters: { binary_data_output: true },
    inputs: [
      { name: 'input0', shape: [2, 2], datatype: 'UINT32', parameters: { binary_data_size: 16 } },
      { name: 'input1', shape: [3], datatype: 'BOOL', parameters: { binary_data_size: 3 } },
    ],
    outputs: [{ name: 'output0', parameters: { binary_data: true } }],
  });
  expect([...(came[0]?.body.subarray(length) ?? [])]).toEqual([
    1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 1, 0, 1,
  ]);
  expect(answer.get('output0', 'FP32').data).toEqual(Float32Array.of(1, 1.1, 2, 2.1, 3, Number.NaN));
});

test('metadata, health and the index, as the protocol and Triton have them', async () => {
  const metadata = {
    name: 'mymodel',
    versions: ['1', '3'],
    platform: 'onnxruntime_onnx',
    inputs: [{ name: 'input0', datatype: 'FP32', shape: [-1, 16] }],
    outputs: [{ name: 'output0', datatype: 'FP32', shape: [-1, 4] }],
  };
  const index = [{ name: 'mymodel', version: '3', state: 'READY', reason: '' }];
  const { url, came } = await canned(({ path }, response) => {
    if (path === '/v2') json(response, { name: 'triton', version: '2.46.0', extensions: ['binary_tensor_data'] });
    else if (path.endsWith('/index')) json(response, index);
    else if (path === '/v2/health/ready') response.writeHead(503).end();
    else if (path.startsWith('/v2/health')) response.writeHead(200).end();
    else if (path.endsWith('/ready')) response.writeHead(400).end();
    else json(response, metadata);
  });
  const client = createClient(`${url}/`);
  expect(await client.server()).toMatchObject({ name: 'triton' });
  expect(await client.models()).toEqual(index);
  expect(await client.health()).toEqual({ live: true, ready: false });
  expect(await client.metadata('mymodel')).toEqual(metadata);
  expect(await client.metadata('a b/c', 3)).toEqual(metadata);
  expect(await client.isReady('mymodel', '1')).toBe(false);
  expect(came.map(({ path }) => path)).toContain('/v2/models/a%20b%2Fc/versions/3');
  expect(came.at(-1)?.path).toBe('/v2/models/mymodel/versions/1/ready');
});
