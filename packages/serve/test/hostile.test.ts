// Clients that are careless or mean it: what is wrong is said with a status of the client's, what is right beside it is answered.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModelServer, serveModels } from '../src/public/index.ts';
import { doubling, infer, started } from './servers.ts';

const INFER = '/v2/models/digits/infer';
const BODY = JSON.stringify(infer([[1, 2]]));
const ANSWER = '"outputs":[{"name":"y","shape":[1,2],"datatype":"FP32","data":[2,4]}]';
const HEAD = `POST ${INFER} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
const REQUEST = `${HEAD}Content-Length: ${BODY.length}\r\n\r\n${BODY}`;
const last = (request: string): string => request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

let folder: string;
let server: ModelServer;
const mistakes: unknown[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'descent-hostile-'));
  writeFileSync(join(folder, 'digits.onnx'), 'one');
  server = await serveModels({
    path: join(folder, 'digits.onnx'),
    port: 0,
    reload: 0,
    bodyLimit: 1 << 16,
    open: async () => doubling(),
    onEvent: (event) => event.type === 'error' && mistakes.push(event.error),
  });
});
afterAll(async () => {
  expect(mistakes).toEqual([]);
  await server.close(1000);
  rmSync(folder, { recursive: true });
});

/** Sends parts of a text, and gives what comes until the other side ends it, or `enough` came. */
function raw(
  parts: string | readonly string[],
  enough?: (got: string) => boolean,
  port = server.port,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = '';
    const socket = connect(port, '127.0.0.1', async () => {
      for (const part of [parts].flat()) await new Promise((done) => socket.write(part, done));
    });
    socket
      .setNoDelay()
      .setEncoding('utf8')
      .on('data', (text: string) => {
        got += text;
        if (enough?.(got) === true) socket.destroy();
      });
    socket.on('close', () => resolve(got));
    socket.on('error', reject);
  });
}

describe('what is no good HTTP', () => {
  const get = (line: string, more = ''): string => `${line}\r\nHost: localhost\r\nConnection: close\r\n${more}\r\n`;
  test.each<[string, string, RegExp]>([
    [
      'a chunk without a size',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`,
      /^HTTP\/1\.1 400 .*no HTTP request/s,
    ],
    [
      'a chunk longer than its size',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\n${BODY}\r\n0\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      'a length and chunks',
      `${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    ['two lengths', `${HEAD}Content-Length: 3\r\nContent-Length: 4\r\n\r\n{}`, /^HTTP\/1\.1 400 /],
    ['a length below zero', `${HEAD}Content-Length: -3\r\n\r\n{}`, /^HTTP\/1\.1 400 /],
    ['a length that is too large', `${HEAD}Content-Length: 99999999\r\n\r\n{`, /^HTTP\/1\.1 413 .*99999999 bytes/s],
    [
      'chunks that are too many',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk('x'.repeat(70_000))}`,
      /^HTTP\/1\.1 413 /,
    ],
    ['an expectation', last(`${HEAD}Expect: tea\r\nContent-Length: 2\r\n\r\n{}`), /^HTTP\/1\.1 417 .*100-continue/s],
    ['no Host', 'GET /v2 HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 400 .*no Host/s],
    ['a foreign Host', 'GET /v2 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 403 /],
    ['another version of HTTP', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['OPTIONS of a route', get('OPTIONS /v2/models/digits HTTP/1.1'), /^HTTP\/1\.1 405 .*allow: GET, HEAD/is],
    ['DELETE of a model', get('DELETE /v2/models/digits/versions/1 HTTP/1.1'), /^HTTP\/1\.1 405 .*ask with GET/s],
    ['HEAD of infer', get(`HEAD ${INFER} HTTP/1.1`), /^HTTP\/1\.1 405 .*allow: POST/is],
    ['TRACE', get('TRACE /v2 HTTP/1.1'), /^HTTP\/1\.1 405 /],
    ['OPTIONS of everything', get('OPTIONS * HTTP/1.1'), /^HTTP\/1\.1 404 /],
    ['a path that climbs', get('GET /v2/models/../../etc/passwd HTTP/1.1'), /^HTTP\/1\.1 404 /],
    ['a name that climbs', get('GET /v2/models/..%2f..%2fetc HTTP/1.1'), /^HTTP\/1\.1 404 .*no model of this name/s],
    [
      'a version that climbs',
      get('GET /v2/models/digits/versions/..%2f1 HTTP/1.1'),
      /^HTTP\/1\.1 404 .*no such version/s,
    ],
    ['a version with a zero', get('GET /v2/models/digits/versions/01 HTTP/1.1'), /^HTTP\/1\.1 404 .*no such version/s],
    ['a name of Unicode', get('GET /v2/models/gr%C3%B6%C3%9Fe HTTP/1.1'), /^HTTP\/1\.1 404 .*received: größe/s],
    ['a line break in a name', get('GET /v2/models/a%0d%0aX:%20y HTTP/1.1'), /^HTTP\/1\.1 404 (?!.*\r\nX: y)/s],
    ['a file of the page that is none', get('GET /page/..%2fpackage.json HTTP/1.1'), /^HTTP\/1\.1 404 /],
    ['a name that never ends', get(`GET /v2/models/${'a'.repeat(2000)} HTTP/1.1`), /^HTTP\/1\.1 414 /],
    [
      'a zipped body',
      last(`${HEAD}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}`),
      /^HTTP\/1\.1 415 .*compressed/s,
    ],
  ])('%s is told so', async (_, text, answer) => {
    const got = await raw(text);
    expect(got).toMatch(answer);
    // HEAD has no body; all else is told in the words of the protocol.
    if (!text.startsWith('HEAD')) expect(got).toMatch(/\r\n\r\n\{"error":"[^"]{8,}/);
  });
});

describe('what is unusual and right', () => {
  const isAnswered = (got: string): boolean => got.includes(ANSWER);
  test('requests that come in one piece are answered in their order', async () => {
    const probe = 'GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const got = await raw(REQUEST + probe + last(REQUEST));
    expect(got.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
    const at = (text: string, from = 0): number => got.indexOf(text, from);
    expect(at(ANSWER)).toBeLessThan(at('{"live":true}'));
    expect(at('{"live":true}')).toBeLessThan(at(ANSWER, at('{"live":true}')));
  });

  test('a body that comes byte by byte, in chunks, or after 100-continue', async () => {
    const [head = '', body = ''] = last(REQUEST).split(/(?<=\r\n\r\n)/);
    const chunks = [...BODY].map(chunk).join('');
    const chunked = last(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    const asked = await Promise.all([
      raw([head, ...body]),
      raw(`${chunked}${chunks}0\r\n\r\n`),
      raw([last(`${HEAD}Expect: 100-continue\r\nContent-Length: ${BODY.length}\r\n\r\n`), BODY]),
    ]);
    expect(asked.map(isAnswered)).toEqual([true, true, true]);
    expect(asked[2]).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  });

  test('HTTP/1.0, as probes speak it', async () => {
    const got = await raw('GET /v2/health/ready HTTP/1.0\r\n\r\n');
    expect(got).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"ready":true\}$/);
  });

  test('HEAD of what is read', async () => {
    const got = await raw('HEAD /v2/models/digits HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(got).toMatch(/^HTTP\/1\.1 200 [\s\S]*content-length: \d+[\s\S]*\r\n\r\n$/i);
  });
});

describe('tensors that lie', () => {
  const tensor = (more: object): string =>
    JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [1, 2], ...more }] });
  test.each<[string, string, number, RegExp]>([
    ['sizes whose product is no number', tensor({ shape: [2 ** 40, 2 ** 40, 2 ** 40] }), 413, /too many elements/],
    ['a size of nothing and one of all', tensor({ shape: [0, 2 ** 53 - 1], data: [] }), 400, /another shape/],
    ['NaN', '{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[NaN,1]}]}', 400, /no JSON/],
    [
      'Infinity',
      '{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1e999,1]}]}',
      400,
      /received: Infinity/,
    ],
    ['null', tensor({ data: [null, 1] }), 400, /null at position 0/],
    ['a text in place of a number', tensor({ data: ['1', 1] }), 400, /"1" at position 0/],
    [
      'an input twice',
      JSON.stringify({ inputs: [1, 2].map(() => JSON.parse(tensor({})).inputs[0]) }),
      400,
      /there twice/,
    ],
    ['an input of another name', tensor({ name: '__proto__' }), 400, /takes other inputs/],
    [
      'an output that there is not',
      JSON.stringify({ ...JSON.parse(tensor({})), outputs: [{ name: 'z' }] }),
      400,
      /no such output/,
    ],
    ['lists without an end', '['.repeat(60_000), 400, /no JSON/],
    ['lists in lists', `{"inputs":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 400, /no object/],
  ])('%s', async (_, body, status, message) => {
    const response = await fetch(`${server.url}${INFER}`, { method: 'POST', body: Buffer.from(body) });
    expect(response.status).toBe(status);
    expect(((await response.json()) as { error: string }).error).toMatch(message);
  });

  test('whatever the pieces in which a body comes, it is read as it was sent', async () => {
    const [head = '', body = ''] = last(REQUEST).split(/(?<=\r\n\r\n)/);
    const cuts = fc.array(fc.integer({ min: 1, max: body.length - 1 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.boolean(), async (places, isChunked) => {
        const sorted = [...new Set([0, ...places, body.length])].sort((a, b) => a - b);
        const pieces = sorted.slice(1).map((end, i) => body.slice(sorted[i], end));
        const parts = isChunked
          ? [last(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`), ...pieces.map(chunk), '0\r\n\r\n']
          : [head, ...pieces];
        expect(await raw(parts)).toContain(ANSWER);
      }),
      { numRuns: 25 },
    );
  });
});

test('more connections than there may be are closed, and those before go on', async () => {
  const { port } = await started(() => doubling(), { connections: 3 });
  const kept = Array.from({ length: 3 }, () => connect(port, '127.0.0.1'));
  await Promise.all(kept.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
  const refused = await raw(last(REQUEST), undefined, port).catch(() => '');
  expect(refused).toBe('');
  const [first, ...others] = kept;
  first?.write(last(REQUEST));
  const got = await new Promise<string>((resolve) => {
    first?.setEncoding('utf8').once('data', resolve);
  });
  expect(got).toMatch(/^HTTP\/1\.1 200 /);
  for (const socket of others) socket.destroy();
});

test('headers that come a byte at a time are waited for no longer than a request may take', async () => {
  const { port } = await started(() => doubling(), { timeout: 150 });
  const slow = Array.from({ length: 20 }, () =>
    connect(port, '127.0.0.1', function (this: Socket) {
      const drip = setInterval(() => this.write('x'), 20);
      this.write('GET /v2 HTTP/1.1\r\nHost: localhost\r\nX: ');
      this.once('close', () => clearInterval(drip));
    }),
  );
  const answers = await Promise.all(
    slow.map(
      (socket) =>
        new Promise<string>((resolve) => {
          let got = '';
          socket.setEncoding('utf8').on('data', (text: string) => {
            got += text;
          });
          socket.on('error', () => {});
          socket.once('close', () => resolve(got));
        }),
    ),
  );
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
});

test('bodies that say nothing of their length count as they come', async () => {
  const { port, url } = await started(() => doubling(), { memoryLimit: 1000, bodyLimit: 10_000 });
  const half = `${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk('x'.repeat(600))}`;
  const first = connect(port, '127.0.0.1', () => first.write(half));
  await expect
    .poll(async () => raw(half, undefined, port), { timeout: 5000 })
    .toMatch(/^HTTP\/1\.1 503 [\s\S]*as many bodies/);
  first.destroy();
  await expect
    .poll(async () => (await fetch(`${url}${INFER}`, { method: 'POST', body: Buffer.from(BODY) })).status)
    .toBe(200);
});
