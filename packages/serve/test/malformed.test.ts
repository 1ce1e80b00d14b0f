// Requests that nobody thought of: what is wrong is the client's fault and said so, what is answered is right, and the server goes on.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ValueError } from '@descent/core';
import { decodeInferRequest, decodeInferResponse, HEADER_LENGTH, ProtocolError } from '@descent/serve';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { doubling, started } from './servers.ts';

const RUNS = process.env['DESCENT_SLOW'] === '1' ? 2000 : 120;
const PATH = '/v2/models/digits/infer';

/** A server that throws into the test what it answered with 500. */
async function watched(): Promise<{ readonly url: string; readonly mistakes: unknown[] }> {
  const mistakes: unknown[] = [];
  const model = doubling({
    predictor: {
      accepts: ['row', 'text'],
      async prepare(item) {
        if (item.kind !== 'row' || !Array.isArray(item.row) || item.row.some((value) => typeof value !== 'number')) {
          throw new ValueError('no row of numbers', { received: item.kind });
        }
        return { x: { dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, 2) } };
      },
      answer: () => ({ values: [1] }),
    },
  });
  const { url } = await started(() => model, {
    bodyLimit: 1 << 16,
    onEvent: (event) => {
      if (event.type === 'error') mistakes.push(event.error);
    },
  });
  return { url, mistakes };
}

const VALID = { name: 'x', datatype: 'FP32', shape: [1, 2], data: [1, 2] };
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    -1,
    1e308,
    2 ** 53,
    '__proto__',
    'constructor',
    [],
    [[]],
    [1e9, 1e9],
    [0],
    [-1, 2],
    [1, 2.5],
    'BYTES',
    'INT64',
    'FP16',
  ),
);
const usually = <T>(value: T): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: odd });
const numbers = fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.double(), odd), { maxLength: 5 });
const tensor = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      {
        name: usually('x'),
        datatype: usually('FP32'),
        shape: usually([1, 2]),
        data: fc.oneof(fc.constant([1, 2]), numbers),
        parameters: fc.oneof(fc.constant({}), fc.constant({ binary_data_size: 8 }), odd),
      },
      { requiredKeys: ['name', 'data'] },
    ),
  },
  { weight: 1, arbitrary: odd },
);
const body = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      {
        id: usually('a'),
        inputs: fc.oneof(fc.array(tensor, { maxLength: 2 }), odd),
        outputs: fc.oneof(fc.constant([{ name: 'y' }]), odd),
        parameters: fc.oneof(fc.constant({ binary_data_output: true }), odd),
      },
      { requiredKeys: ['inputs'] },
    ),
  },
  { weight: 1, arbitrary: odd },
);

test('tensors in JSON: refused, or answered with twice what was sent', async () => {
  const { url, mistakes } = await watched();
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(body, async (value) => {
      const sent = Buffer.from(JSON.stringify(value));
      const response = await fetch(`${url}${PATH}`, { method: 'POST', body: sent });
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (response.status !== 200) return expectRefusal(response.status, bytes);
      answered++;
      expectDoubled(sent, null, bytes, response.headers.get(HEADER_LENGTH));
    }),
    {
      numRuns: RUNS,
      examples: [
        [{ inputs: [VALID] }],
        [{ inputs: [VALID], parameters: { binary_data_output: true } }],
        [{ inputs: [{ ...VALID, data: [1, 3.5e38] }] }],
      ],
    },
  );
  expect(mistakes).toEqual([]);
  expect(answered).toBeGreaterThan(1);
});

test('binary tensors, whatever the header and the bytes say', async () => {
  const { url, mistakes } = await watched();
  const json = (size: unknown): string =>
    JSON.stringify({
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], parameters: { binary_data_size: size } }],
    });
  const one = fc.record({
    size: fc.oneof(fc.constant(8), fc.integer({ min: -2, max: 20 }), odd),
    bytes: fc.oneof(fc.constant(Uint8Array.from({ length: 8 }, (_, i) => i)), fc.uint8Array({ maxLength: 20 })),
    off: fc.oneof(fc.constant(0), fc.integer({ min: -200, max: 200 })),
    text: fc.oneof(fc.constant(null), fc.constantFrom('x', '1e3', '-1', '0x10', '99999999999999999999', ' ', '12, 12')),
  });
  await fc.assert(
    fc.asyncProperty(one, async ({ size, bytes, off, text }) => {
      const header = Buffer.from(json(size));
      const sent = Buffer.concat([header, bytes]);
      const length = text ?? String(header.length + off);
      const response = await fetch(`${url}${PATH}`, {
        method: 'POST',
        body: sent,
        headers: { [HEADER_LENGTH]: length },
      });
      const answer = new Uint8Array(await response.arrayBuffer());
      if (response.status !== 200) return expectRefusal(response.status, answer);
      expectDoubled(sent, length, answer, response.headers.get(HEADER_LENGTH));
    }),
    { numRuns: RUNS },
  );
  expect(mistakes).toEqual([]);
});

test('other routes, methods and bodies', async () => {
  const { url, mistakes } = await watched();
  const piece = fc.constantFrom(
    'v2',
    'models',
    'digits',
    'infer',
    'versions',
    '1',
    'predict',
    'descent',
    'health',
    'ready',
    'metrics',
    '..',
    '%2e%2e',
    '%00',
    '%',
    'a b',
    '__proto__',
    '%E0%A4%A',
    'index',
    'repository',
  );
  const path = fc.oneof(
    fc.array(piece, { maxLength: 7 }).map((parts) => `/${parts.join('/')}`),
    fc.constantFrom('/descent/models/digits/predict', '/v2/repository/index', '/descent/models/digits/predict?top=-1'),
  );
  const type = fc.constantFrom(
    'application/json',
    'image/png',
    'text/plain',
    'application/octet-stream',
    'x',
    'application/json; charset=utf-8',
  );
  const content = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
    fc.string(),
    fc.constant('{"row":[1,2]}'),
    fc.constant('{"items":[{"row":[1,"a"]},{"text":"b"}]}'),
  );
  await fc.assert(
    fc.asyncProperty(
      path,
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'),
      type,
      content,
      async (place, method, kind, text) => {
        const sends = method !== 'GET' && method !== 'HEAD';
        const response = await fetch(`${url}${place}`, {
          method,
          ...(sends && { body: text, headers: { 'content-type': kind } }),
        });
        await response.arrayBuffer();
        expect(response.status, `${method} ${place}`).toBeLessThan(500);
      },
    ),
    { numRuns: RUNS },
  );
  expect(mistakes).toEqual([]);
});

test('bytes that are no HTTP, and requests that end early', async () => {
  const { url, mistakes } = await watched();
  const { hostname, port } = new URL(url);
  const request = `POST ${PATH} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: 80\r\n\r\n${JSON.stringify({ inputs: [VALID] })}`;
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array)),
    fc.integer({ min: 0, max: request.length }).map((length) => Buffer.from(request.slice(0, length))),
    fc.tuple(fc.integer({ min: 0, max: request.length - 1 }), fc.integer({ min: 0, max: 255 })).map(([at, value]) => {
      const changed = Buffer.from(request);
      changed[at] = value;
      return changed;
    }),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (sent) => {
      const said = await new Promise<string>((resolve) => {
        let text = '';
        const socket = connect(Number(port), hostname, () => socket.end(sent));
        socket.setEncoding('latin1').on('data', (chunk) => {
          text += chunk;
        });
        socket.on('error', () => {});
        socket.on('close', () => resolve(text));
        // A request that is not whole would be waited for.
        void sleep(40, null, { ref: false }).then(() => socket.destroy());
      });
      expect(said.startsWith('HTTP/1.1 5'), said).toBe(false);
    }),
    { numRuns: RUNS / 2 },
  );
  const response = await fetch(`${url}${PATH}`, {
    method: 'POST',
    body: Buffer.from(JSON.stringify({ inputs: [VALID] })),
  });
  expect([response.status, mistakes]).toEqual([200, []]);
});

function expectRefusal(status: number, bytes: Uint8Array): void {
  expect([400, 413, 415, 422]).toContain(status);
  const { error } = JSON.parse(Buffer.from(bytes).toString()) as { readonly error: unknown };
  expect(typeof error === 'string' && error.length > 10 && !/undefined|\[object/.test(error), String(error)).toBe(true);
}

function expectDoubled(sent: Uint8Array, length: string | null, answer: Uint8Array, answerLength: string | null): void {
  const [input] = decodeInferRequest(sent, length).inputs;
  try {
    const [output] = decodeInferResponse(answer, answerLength).outputs;
    expect(output?.shape).toEqual(input?.shape);
    expect(output?.data).toEqual(Float32Array.from((input?.data ?? []) as Float32Array, (value) => 2 * value));
  } catch (error) {
    // The answer could not be read: that is the server's mistake.
    throw error instanceof ProtocolError ? new Error(`an answer that is none: ${error.message}`) : error;
  }
}
