import { ValueError } from '@descent/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromWire, toWire } from '../../src/client/tensors.ts';
import {
  ClientError,
  ConnectionError,
  createClient,
  DeadlineError,
  type InputTensor,
  ProtocolError,
  StatusError,
  texts,
} from '../../src/public/client.ts';
import { canned, freePort, json } from './canned.ts';

const X = { x: { shape: [1, 2], data: Float32Array.of(1, 2) } };
const ANSWER = {
  model_name: 'm',
  model_version: '1',
  outputs: [{ name: 'y', shape: [1], datatype: 'FP32', data: [3] }],
};

test('tensors travel as bytes where the server says that it takes them, which is asked once', async () => {
  for (const [extensions, type] of [
    [['binary_tensor_data', 'classification'], 'application/octet-stream'],
    [[], 'application/json'],
    [undefined, 'application/json'],
  ] as const) {
    const { url, came } = await canned(({ path }, response) =>
      json(response, path === '/v2' ? { extensions } : ANSWER),
    );
    const client = createClient(url);
    await client.infer('m', X);
    await client.infer('m', X);
    expect(came.map(({ path }) => path)).toEqual(['/v2', '/v2/models/m/infer', '/v2/models/m/infer']);
    expect(came.at(-1)?.headers['content-type']).toBe(type);
  }
  const silent = await canned(({ path }, response) =>
    path === '/v2' ? json(response, {}, 404) : json(response, ANSWER),
  );
  expect((await createClient(silent.url).infer('m', X)).get('y').data).toEqual(Float32Array.of(3));
});

test('a busy server is asked again when it said when, and only then', async () => {
  const busy = await canned((_, response, count) =>
    count < 3 ? json(response, { error: 'full' }, 503, { 'Retry-After': '0' }) : json(response, ANSWER),
  );
  expect((await createClient(busy.url).infer('m', X, { binary: false })).model).toBe('m');
  expect(busy.came.length).toBe(3);
  const once = createClient(busy.url, { retries: 0 });
  const always = await canned((_, response) => json(response, { error: 'full' }, 503, { 'Retry-After': '0' }));
  await expect(createClient(always.url, { retries: 2 }).infer('m', X, { binary: false })).rejects.toMatchObject({
    name: 'StatusError',
    status: 503,
    retryAfter: 0,
  });
  expect(always.came.length).toBe(3);
  expect((await once.infer('m', X, { binary: false })).version).toBe('1');
  for (const header of [
    {},
    { 'Retry-After': 'soon' },
    { 'Retry-After': '3600' },
    { 'Retry-After': 'Wed, 21 Oct 2099 07:28:00 GMT' },
  ]) {
    const never = await canned((_, response) =>
      json(response, { error: 'full' }, 503, header as Record<string, string>),
    );
    await expect(createClient(never.url).infer('m', X, { binary: false })).rejects.toThrow(/503: full/);
    expect(never.came.length).toBe(1);
  }
  const broken = await canned((_, response) => json(response, { error: 'mine' }, 500, { 'Retry-After': '0' }));
  await expect(createClient(broken.url).infer('m', X, { binary: false })).rejects.toThrow(StatusError);
  expect(broken.came.length).toBe(1);
});

test('time that is over, signals and silence are errors of their own', async () => {
  const { url } = await canned((_, response, count) => {
    // The last one begins its answer and does not end it.
    if (count === 4) response.writeHead(200, { 'Content-Length': '100' }).write('{');
  });
  const client = createClient(url);
  await expect(client.server({ timeout: 30 })).rejects.toThrow(DeadlineError);
  const stop = new AbortController();
  const asked = client.infer('m', X, { signal: stop.signal, binary: false });
  setTimeout(() => stop.abort(new Error('enough')), 30);
  await expect(asked).rejects.toThrow('enough');
  const all = new AbortController();
  const whole = createClient(url, { signal: all.signal }).metadata('m');
  all.abort();
  await expect(whole).rejects.toMatchObject({ name: 'AbortError' });
  await expect(client.server({ signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  await expect(client.server({ timeout: 200 })).rejects.toThrow(DeadlineError);
  const nobody = createClient(`http://127.0.0.1:${await freePort()}`).server();
  await expect(nobody).rejects.toThrow(ConnectionError);
  await expect(nobody).rejects.toThrow(/ECONNREFUSED/);
  const waits = await canned((_, response) => json(response, {}, 503, { 'Retry-After': '1' }));
  const waiting = createClient(waits.url).server({ signal: AbortSignal.timeout(50) });
  await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('the token is sent, and stays out of errors', async () => {
  const { url, came } = await canned((_, response) => json(response, { error: 'no' }, 401));
  const token = 'very-secret-token';
  const error = await createClient(url, { token, headers: { 'X-Of': 'me' } })
    .server()
    .catch((caught: unknown) => caught);
  expect(came[0]?.headers).toMatchObject({ authorization: `Bearer ${token}`, 'x-of': 'me' });
  expect(`${error} ${JSON.stringify(error)}`).not.toContain(token);
  expect(error).toMatchObject({ status: 401, details: { fix: expect.stringContaining('token') } });
  expect(() => createClient(url, { token: `${token} ä` })).toThrow(expect.not.stringContaining(token));
});

test('answers that are none are refused', async () => {
  const asked = async (body: string | Buffer, headers: Record<string, string> = {}): Promise<unknown> => {
    const { url } = await canned((_, response) => response.writeHead(200, headers).end(body));
    return createClient(url)
      .infer('m', X, { binary: false, outputs: ['y'] })
      .catch((error: unknown) => error);
  };
  expect(await asked('<html>')).toBeInstanceOf(ProtocolError);
  expect(await asked('{}')).toBeInstanceOf(ProtocolError);
  expect(
    await asked(JSON.stringify({ outputs: [{ name: 'y', shape: [2], datatype: 'FP32', data: [1] }] })),
  ).toBeInstanceOf(ProtocolError);
  expect(
    await asked(JSON.stringify({ outputs: [{ name: 'z', shape: [1], datatype: 'FP32', data: [1] }] })),
  ).toMatchObject({
    message: expect.stringMatching(/no output 'y'\n {2}received: z/),
  });
  expect(await asked('{}', { 'Content-Type': 'application/octet-stream' })).toMatchObject({
    message: expect.stringMatching(/Access-Control-Expose-Headers/),
  });
  expect(await asked('{}', { 'Inference-Header-Content-Length': '999' })).toBeInstanceOf(ProtocolError);
  const { url } = await canned((_, response) => json(response, ANSWER));
  const answer = await createClient(url).infer('m', X, { binary: false });
  expect(() => answer.get('y', 'INT64')).toThrow(ClientError);
  expect(() => answer.get('toString')).toThrow(/no output 'toString'/);
  const page = await canned((_, response) => response.end('<!doctype html>'));
  await expect(createClient(page.url).server()).rejects.toThrow(/is no JSON/);
  await expect(createClient(page.url).models()).rejects.toThrow(ClientError);
});

test('addresses, options and tensors that do not fit are refused before anything is sent', async () => {
  for (const url of [
    '',
    'localhost:8000',
    '127.0.0.1',
    'ftp://h',
    'http://h?x=1',
    'http://u:p@h',
    'file:///m',
    3,
    null,
  ]) {
    expect(() => createClient(url as string), `${url}`).toThrow(ValueError);
  }
  for (const options of [
    { timeout: 0 },
    { timeout: Number.NaN },
    { timeout: 2 ** 31 },
    { retries: -1 },
    { token: '' },
    { Token: 'x' },
  ]) {
    expect(() => createClient('http://h', options as object), JSON.stringify(options)).toThrow(ValueError);
  }
  const { url, came } = await canned((_, response) => json(response, ANSWER));
  const client = createClient(url);
  const refused = async (inputs: unknown, options: object = {}, model: unknown = 'm'): Promise<void> => {
    await expect(
      client.infer(model as string, inputs as never, { binary: false, ...options }),
      JSON.stringify(inputs),
    ).rejects.toThrow(/received/);
  };
  for (const inputs of [undefined, null, {}, [1], Float32Array.of(1), X.x, { x: [1, 2] }, { x: 3 }])
    await refused(inputs);
  for (const tensor of [
    { shape: [2], data: [1, 2] },
    { shape: [3], data: Float32Array.of(1, 2) },
    { shape: [-1], data: Float32Array.of(1) },
    { shape: [1.5], data: Float32Array.of(1) },
    { shape: '2', data: Float32Array.of(1, 2) },
    { shape: [2], data: 'ab' },
    { shape: [2] },
    { shape: [2], data: new DataView(new ArrayBuffer(8)) },
    { shape: [1], data: Float32Array.of(1), datatype: 'INT64' },
    { shape: [1], data: Float64Array.of(1), datatype: 'FP32' },
    { shape: [1], data: Float32Array.of(1), datatype: 'float' },
    { shape: [1], data: Float32Array.of(1e6), datatype: 'FP16' },
    { shape: [1], data: Uint8Array.of(2), datatype: 'BOOL' },
    { shape: [1], data: [256], datatype: 'UINT8' },
    { shape: [1], data: ['1'], datatype: 'FP32' },
    { shape: [2], data: ['a', 1] },
    { shape: [1], data: Float32Array.of(Number.NaN) },
  ]) {
    await refused({ x: tensor });
  }
  for (const model of ['', '.', '..', 3, null]) await refused(X, {}, model);
  await refused(X, { version: '..' });
  await refused(X, { timeout: -1 });
  await refused(X, { timout: 5 });
  await expect(client.server({ timout: 5 } as object)).rejects.toThrow(/did you mean 'timeout'/);
  expect(came).toEqual([]);
});

test('arrays say their datatype, and come back as they were', () => {
  const there = (tensor: InputTensor): unknown => {
    const { datatype, data } = fromWire(toWire('x', tensor));
    return [datatype, data];
  };
  const arrays = [Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Uint8Array, Uint16Array, Uint32Array];
  for (const [i, made] of arrays.entries()) {
    const data = made.of(1, 2);
    expect(there({ shape: [2], data })).toEqual([
      ['FP32', 'FP64', 'INT8', 'INT16', 'INT32', 'UINT8', 'UINT16', 'UINT32'][i],
      data,
    ]);
  }
  const big = BigInt64Array.of(2n ** 62n);
  expect(there({ shape: [1], data: big })).toEqual(['INT64', big]);
  expect(there({ shape: [2], data: Uint8Array.of(0, 1), dtype: 'bool' })).toEqual(['BOOL', Uint8Array.of(0, 1)]);
  expect(there({ shape: [2], data: Float32Array.of(1.5, 2), datatype: 'FP16' })).toEqual([
    'FP16',
    Float32Array.of(1.5, 2),
  ]);
  expect(there({ shape: [1], data: Uint16Array.of(0x3f80), datatype: 'BF16' })).toEqual(['BF16', Float32Array.of(1)]);
  expect(there({ shape: [2, 1], data: [3, -4], datatype: 'INT64' })).toEqual(['INT64', BigInt64Array.of(3n, -4n)]);
  const said = fromWire(toWire('x', { shape: [2], data: ['ä', ''] }));
  expect(said.datatype === 'BYTES' && texts(said)).toEqual(['ä', '']);
  const bytes = fromWire(toWire('x', { shape: [1], data: [Uint8Array.of(255)] }));
  expect(() => bytes.datatype === 'BYTES' && texts(bytes)).toThrow(/no text/);
  fc.assert(
    fc.property(fc.float32Array({ maxLength: 9 }), (data) => {
      expect(there({ shape: [data.length], data })).toEqual(['FP32', data]);
    }),
    { numRuns: 50 },
  );
});
