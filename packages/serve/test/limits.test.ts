import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { BackendError } from '@descent/core';
import type { ModelServer } from '@descent/serve';
import { expect, test } from 'vitest';
import { ask, doubled, doubling, gate, infer, started } from './servers.ts';

const INFER = '/v2/models/digits/infer';
const one = infer([[1, 2]]);
const WAITS = 77;

/** A network that waits where its first number says so. */
function waiting(opened: Promise<void>) {
  const runs: number[] = [];
  const model = doubling({
    run: async ({ x }) => {
      runs.push(...Array.from(x?.data ?? []).filter((_, i) => i % 2 === 0));
      if (x?.data[0] === WAITS) await opened;
      return { y: doubled(x as never) };
    },
  });
  return { model, runs };
}

/** Resolves when so many runs that wait have begun. */
async function begun(runs: readonly number[], count: number): Promise<void> {
  await expect.poll(() => runs.filter((first) => first === WAITS).length).toBe(count);
}

const soon = (milliseconds = 40): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** How many requests wait, by what the server counts. */
async function waitingIn({ url }: Pick<ModelServer, 'url'>): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^descent_waiting_requests\{[^}]*\} (\d+)/m.exec(text)?.[1]);
}

/** Sends text, and gives what comes back until the other side ends it. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      got += data;
    });
    socket.on('close', () => resolve(got));
    socket.on('error', reject);
  });
}

test('a full queue is answered with 503 and a time to come back, and what waited is answered', async () => {
  const { opened, open } = gate();
  const { model, runs } = waiting(opened);
  const server = await started(() => model, { queue: 2, maxBatch: 1 });
  const busy = [1, 2].map(() => ask(server, INFER, infer([[WAITS, 2]])));
  await begun(runs, 2);
  const queued = [1, 2].map(() => ask(server, INFER, one));
  await expect.poll(() => waitingIn(server)).toBe(2);
  const refused = await ask(server, INFER, one);
  expect(refused).toMatchObject({
    status: 503,
    json: { error: expect.stringMatching(/more requests than it can answer/) },
  });
  expect(refused.headers.get('retry-after')).toBe('1');
  open();
  expect((await Promise.all([...busy, ...queued])).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await ask(server, INFER, one)).status).toBe(200);
});

test('what takes too long is answered with 504, a request that comes too slowly with 408', async () => {
  const { opened, open } = gate();
  const server = await started(() => waiting(opened).model, { timeout: 120 });
  const slow = raw(
    server.port,
    `POST ${INFER} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"in`,
  );
  expect(await ask(server, INFER, infer([[WAITS, 2]]))).toMatchObject({
    status: 504,
    json: { error: expect.stringMatching(/not there in time/) },
  });
  open();
  expect(await slow).toMatch(/^HTTP\/1\.1 408 [\s\S]*did not come in time/);
});

test('who goes away is not computed for', async () => {
  const { opened, open } = gate();
  const { model, runs } = waiting(opened);
  const server = await started(() => model, { maxBatch: 1 });
  const busy = [1, 2].map(() => ask(server, INFER, infer([[WAITS, 0]])));
  await begun(runs, 2);
  const gone = new AbortController();
  const cancelled = fetch(`${server.url}${INFER}`, {
    method: 'POST',
    body: JSON.stringify(infer([[5, 0]])),
    headers: { 'content-type': 'application/json' },
    signal: gone.signal,
  });
  cancelled.catch(() => {});
  await expect.poll(() => waitingIn(server)).toBe(1);
  gone.abort();
  await soon();
  open();
  await Promise.all(busy);
  expect((await ask(server, INFER, infer([[6, 0]]))).status).toBe(200);
  expect(runs.filter((first) => first >= 5)).toEqual([WAITS, WAITS, 6]);
  // Nothing of it is left that the end of the server would wait for.
  const start = performance.now();
  await server.close(10_000);
  expect(performance.now() - start).toBeLessThan(5_000);
});

test('what is no HTTP, or has too much of it, is answered in words', async () => {
  const { port } = await started(() => doubling());
  const head = 'GET /v2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n';
  expect(await raw(port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"error":"this is no HTTP request"/);
  expect(await raw(port, `${head}X: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  const many = Array.from({ length: 200 }, (_, i) => `X-${i}: 1\r\n`).join('');
  expect(await raw(port, `${head}${many}\r\n`)).toMatch(/^HTTP\/1\.1 431 [\s\S]*too many headers/);
  expect(await raw(port, `GET /v2/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 400 /,
  );
  expect(await raw(port, `${head}\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
});

test('bodies that are held at once are bounded', async () => {
  const { opened, open } = gate();
  const { model, runs } = waiting(opened);
  const server = await started(() => model, { memoryLimit: 200, maxBatch: 1 });
  const first = ask(server, INFER, infer([[WAITS, 2]]));
  // One that does not say how long it is counts once it is there.
  const body = JSON.stringify(infer([[WAITS, 2]]));
  const head = `POST ${INFER} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n`;
  const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const second = raw(server.port, `${head}Transfer-Encoding: chunked\r\n\r\n${chunks}`);
  await begun(runs, 2);
  expect(await ask(server, INFER, one)).toMatchObject({
    status: 503,
    json: { error: expect.stringMatching(/as many bodies as it may/) },
  });
  open();
  expect((await first).status).toBe(200);
  expect(await second).toMatch(/^HTTP\/1\.1 200 /);
  expect((await ask(server, INFER, one)).status).toBe(200);
});

test("what the network cannot take is the client's, a mistake of the program is told without its words", async () => {
  const errors: unknown[] = [];
  const secret = new TypeError('secret');
  const server = await started(
    () =>
      doubling({
        run: async ({ x }) => {
          if (x?.data[0] === 1) throw new BackendError('the index is out of range', { path: '/home/me/model.onnx' });
          if (x?.data[0] === 2) throw secret;
          return { y: doubled(x as never) };
        },
      }),
    { onEvent: (event) => event.type === 'error' && errors.push(event.error) },
  );
  expect(await ask(server, INFER, infer([[1, 0]]))).toMatchObject({
    status: 422,
    json: { error: 'digits: the index is out of range' },
  });
  const mistake = await ask(server, INFER, infer([[2, 0]]));
  expect(mistake.status).toBe(500);
  expect(mistake.json.error).not.toContain('secret');
  expect(errors).toEqual([secret]);
});

test('a network whose thread has ended is opened again', async () => {
  let opened = 0;
  const server = await started(() => {
    opened += 1;
    if (opened !== 1) return doubling();
    const ended = new BackendError('the worker of /models/digits.onnx ended', { received: 'out of memory' });
    return doubling({ run: async ({ x }) => (x?.data[0] === 1 ? Promise.reject(ended) : { y: doubled(x as never) }) });
  });
  expect(await ask(server, INFER, one)).toMatchObject({
    status: 503,
    json: { error: expect.stringMatching(/opened again/) },
  });
  await expect.poll(async () => (await ask(server, INFER, one)).status).toBe(200);
  expect(opened).toBe(2);
});

test('outputs that JSON cannot hold are refused, not written as null', async () => {
  const server = await started(
    () =>
      doubling({
        run: async ({ x }) => ({ y: { ...doubled(x as never), data: Float32Array.of(Number.NaN, 1) } as never }),
      }),
    { maxBatch: 1 },
  );
  expect(await ask(server, INFER, one)).toMatchObject({
    status: 422,
    json: { error: expect.stringMatching(/NaN at position 0[\s\S]*binary_data_output/) },
  });
  const binary = await fetch(`${server.url}${INFER}`, {
    method: 'POST',
    body: JSON.stringify({ ...(one as object), parameters: { binary_data_output: true } }),
    headers: { 'content-type': 'application/json' },
  });
  expect(binary.status).toBe(200);
});

test('a server that ends answers what it has, refuses what comes, and is then gone', async () => {
  const { opened, open } = gate();
  const disposed: string[] = [];
  const { model, runs } = waiting(opened);
  const server = await started(() => ({ ...model, dispose: () => void disposed.push('model') }));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const status = (path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      request(`${server.url}${path}`, { agent }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      })
        .on('error', reject)
        .end();
    });
  expect(await status('/v2/health/ready')).toBe(200);
  const asked = ask(server, INFER, infer([[WAITS, 2]]));
  await begun(runs, 1);
  const closed = server.close();
  expect(await status('/v2/health/ready')).toBe(503);
  expect(await status('/v2/health/live')).toBe(200);
  expect(await ask(server, INFER, one)).toMatchObject({
    status: 503,
    json: { error: expect.stringMatching(/the server ends/) },
  });
  open();
  expect(await asked).toMatchObject({ status: 200, json: { outputs: [{ data: [154, 4] }] } });
  await closed;
  agent.destroy();
  expect(disposed).toEqual(['model']);
  await expect(fetch(`${server.url}/v2`)).rejects.toThrow();
});

test('a server does not wait for ever for what it has', async () => {
  const { model, runs } = waiting(new Promise(() => {}));
  const server = await started(() => model);
  const asked = ask(server, INFER, infer([[WAITS, 2]]));
  asked.catch(() => {});
  await begun(runs, 1);
  const start = performance.now();
  await server.close(50);
  expect(performance.now() - start).toBeLessThan(2000);
  await expect(asked).rejects.toThrow();
});

test('a port that is taken is told', async () => {
  const { port } = await started(() => doubling());
  await expect(started(() => doubling(), { port })).rejects.toThrow(/EADDRINUSE[\s\S]*give another one/);
});
