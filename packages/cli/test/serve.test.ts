import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { NDArray } from '@descent/core';
import { writePng } from '@descent/datasets';
import { type LiveModel, type ModelServer, type Predictor, serveModels } from '@descent/serve';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventLog } from '../src/serve/log.ts';
import { opener } from '../src/serve/open-served.ts';
import { tokenFor } from '../src/serve/token.ts';
import { tryIt } from '../src/serve/try-it.ts';
import { config } from './data-helpers.ts';
import { capture, descent, folder, silentIo, tinyConfig } from './helpers.ts';

/** What `descent serve` serves, in this process. */
async function served(path: string, backend?: string): Promise<ModelServer> {
  const open = opener({ backend, worker: false }, silentIo());
  const server = await serveModels({ path, port: 0, reload: 0, open });
  onTestFinished(() => server.close(1000));
  return server;
}

async function posted(url: string, body: BodyOf, type = 'application/json'): Promise<{ status: number; json: Said }> {
  const response = await fetch(url, { method: 'POST', body: body as string, headers: { 'content-type': type } });
  return { status: response.status, json: (await response.json()) as Said };
}

type BodyOf = string | Uint8Array;
interface Said {
  readonly error?: string;
  readonly answers: readonly Readonly<Record<string, unknown>>[];
}

async function predicted(
  root: string,
  ...argv: readonly string[]
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { out } = await descent(root, 'predict', ...argv, '--json');
  return (JSON.parse(out) as Record<string, unknown>[]).map(({ index, image, ...said }) => said);
}

/** A picture that is bright on the left. */
const LEFT: NDArray = {
  dtype: 'uint8',
  shape: [8, 8],
  data: Uint8Array.from({ length: 64 }, (_, p) => (p % 8 < 4 ? 230 : 5)),
};

test('pictures are answered as descent predict does, from the file of a run and on another backend', async () => {
  const root = folder({ 'halves.ts': tinyConfig() });
  expect((await descent(root, 'train', 'halves.ts', '--out', 'run', '--epochs', '2', '-q')).code).toBe(0);
  await writePng(join(root, 'left.png'), LEFT);
  const picture = readFileSync(join(root, 'left.png'));
  for (const backend of ['onnx:cpu', 'reference']) {
    const { url, models } = await served(join(root, 'run'), backend);
    expect(models()).toMatchObject([{ name: 'run', state: 'READY' }]);
    const expected = await predicted(root, 'run', 'left.png', '--backend', backend);
    const route = `${url}/descent/models/run/predict`;
    expect(await posted(route, picture, 'image/png')).toMatchObject({ status: 200, json: { answers: expected } });
    const described = await (await fetch(`${url}/descent/models/run`)).json();
    expect(described).toMatchObject({
      backend: expect.stringContaining(backend),
      labels: ['left', 'right'],
      predict: { accepts: ['image', 'row'] },
    });
    const items = [{ image: picture.toString('base64') }, { image: 'AAAA' }, { row: [1] }];
    const { json } = await posted(route, JSON.stringify({ items }));
    expect(json.answers).toEqual([
      expect.objectContaining(expected[0] as object),
      { error: expect.stringMatching(/image/) },
      { error: expect.stringMatching(/another number of values/) },
    ]);
    expect(await posted(route, picture.subarray(0, 40), 'image/png')).toMatchObject({ status: 422 });
    expect((await posted(route, JSON.stringify({ text: 'left' }))).json.error).toMatch(/takes no such items/);
  }
});

test('rows of a table are answered by their columns, in whatever order', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i},${'abc'[i % 3]},${2 * i + (i % 3)}`);
  const data = { table: 'flats.csv', target: 'rent', task: 'regression', features: ['size', 'kind'] };
  const categories = ['categoryEmbeddings', [{ size: 4, dim: 3, paddingIdx: 0 }]];
  const model = [['branches', { numbers: 'identity', categories }], 'concat', ['linear', 4, 1]];
  const root = folder({
    'flats.csv': `${['size,kind,rent', ...rows].join('\n')}\n`,
    'row.csv': 'kind,size\nb,7\n',
    'a.json': config(data, { model, loss: 'mse', backend: 'onnx:cpu' }),
  });
  const { code, err } = await descent(root, 'train', 'a.json', '--out', 'run');
  expect([code, err]).toEqual([0, '']);
  const { url } = await served(join(root, 'run'));
  const route = `${url}/descent/models/run/predict`;
  const expected = await predicted(root, 'run/model.onnx', 'row.csv');
  expect((await posted(route, '{"row":{"size":7,"kind":"b"}}')).json.answers).toEqual(expected);
  expect((await posted(route, '{"row":{"kind":"b","size":"7"}}')).json.answers).toEqual(expected);
  const lacking = await posted(route, '{"row":{"size":7}}');
  const lacks = 'a row lacks "kind"\n  received: size\n  expected: size, kind\n';
  expect(lacking).toMatchObject({ status: 422, json: { error: expect.stringContaining(lacks) } });
  const listed = await posted(route, '{"row":[7,"b"]}');
  expect(listed).toMatchObject({ status: 422, json: { error: expect.stringContaining('an object with size, kind') } });
  const described = await (await fetch(`${url}/descent/models/run`)).json();
  expect(described).toMatchObject({ predict: { accepts: ['row'], columns: ['size', 'kind'] } });
});

describe('the token', () => {
  test('is that of the file, else of the environment, else a new one where one is needed', async () => {
    const cwd = folder({ token: ' from-the-file \n', empty: '\n' });
    const env = { DESCENT_TOKEN: 'of-the-environment' };
    expect(await tokenFor('token', false, { cwd, env })).toEqual({
      token: 'from-the-file',
      isNew: false,
      from: join(cwd, 'token'),
    });
    expect(await tokenFor(undefined, true, { cwd, env })).toEqual({
      token: 'of-the-environment',
      isNew: false,
      from: 'DESCENT_TOKEN',
    });
    expect(await tokenFor(undefined, false, { cwd, env: {} })).toBe(null);
    const made = await tokenFor(undefined, true, { cwd, env: {} });
    expect(made).toEqual({ token: expect.stringMatching(/^[\w-]{32}$/), isNew: true });
    await expect(tokenFor('empty', false, { cwd, env })).rejects.toThrow(/is empty/);
    await expect(tokenFor('nothing', false, { cwd, env })).rejects.toThrow(/no such file/);
  });
});

test('models that are there at the start stand in a table; later ones are told as they come', () => {
  const { output, text } = capture();
  let listens = false;
  const log = eventLog(false, () => listens, silentIo({ err: output }));
  const live = { name: 'm', version: '2' } as LiveModel;
  log({ type: 'loaded', live, milliseconds: 1 });
  expect(text()).toBe('');
  listens = true;
  log({ type: 'loaded', live, milliseconds: 1 });
  expect(text()).toMatch(/loaded.* m, version 2, in 1 ms\n/);
});

test('what is printed to try it asks for a picture or small inputs, and for no thousand zeros', () => {
  const port = { name: "it's", dtype: 'float32', datatype: 'FP32', shape: [-1, 2] } as const;
  expect(tryIt('http://h:1', 'm', { inputs: [port] }, true)).toBe(
    `curl -H "Authorization: Bearer $DESCENT_TOKEN" http://h:1/v2/models/m/infer -H 'Content-Type: application/json' -d '{"inputs":[{"name":"it'\\''s","datatype":"FP32","shape":[1,2],"data":[0,0]}]}'`,
  );
  const predictor = { accepts: ['image', 'row'] } as unknown as Predictor;
  expect(tryIt('http://h:1', 'm', { inputs: [port], predictor }, false)).toBe(
    "curl http://h:1/descent/models/m/predict -H 'Content-Type: image/png' --data-binary @picture.png",
  );
  const large = [{ ...port, shape: [-1, 784] }];
  expect(tryIt('http://h:1', 'm', { inputs: large }, false)).toBe('curl http://h:1/v2/models/m');
});

test.each<[string, readonly string[], number, string]>([
  ['nothing', ['none.onnx'], 1, 'there is no such file or folder'],
  ['a port that is none', ['iris.onnx', '--port', '70000'], 2, 'from 0 to 65535'],
  ['a body without a unit', ['iris.onnx', '--body-limit', '5 apples'], 2, 'such as 64MB'],
  ['a path that is nearly there', ['irs.onnx'], 1, "no such file or folder; did you mean 'iris.onnx'?"],
  ['more rows than there may be', ['iris.onnx', '--max-batch', '2e6'], 2, 'whole number from 1 to 1048576'],
  ['a backend that there is not', ['iris.onnx', '--backend', 'onnx:cpuu'], 2, "did you mean 'onnx:cpu'?"],
  ['threads of another engine', ['iris.onnx', '--backend', 'tfjs:wasm', '--threads', '2'], 2, '--threads: threads are'],
  ['a token that is a file', ['iris.onnx', '--token-file', 'token'], 2, 'token: this is no token'],
  ['an address that is none', ['iris.onnx', '--host', ''], 2, '--host: this is no address'],
  ['a backend that opens no files', ['iris.onnx', '--backend', 'tfjs:wasm'], 2, 'onnx:cpu, onnx:cuda'],
  ['an origin with a path', ['iris.onnx', '--cors', 'https://a.b/c'], 2, '--cors: this is no origin'],
])('%s is refused', async (_, argv, code, message) => {
  const root = folder({ 'iris.onnx': 'none', token: 'short' });
  expect(await descent(root, 'serve', ...argv)).toMatchObject({ code, err: expect.stringContaining(message) });
});

test('a port that is taken is told with the option that mends it, and a run without an end says so', async () => {
  const root = folder({ 'halves.ts': tinyConfig() });
  expect((await descent(root, 'train', 'halves.ts', '--out', 'run', '--epochs', '1', '-q')).code).toBe(0);
  for (const file of ['model.onnx', 'model.safetensors']) rmSync(join(root, 'run', file));
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { code, err } = await descent(root, 'serve', 'run', '--backend', 'reference', '--port', `${port}`);
  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/EADDRINUSE\n {2}fix: .*--port 0/) });
  expect(err).toMatch(/run is not trained to its end: it answers as it was at its last checkpoint/);
});
