import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DescentError, type NDArray } from '@descent/core';
import type { FoundModel, ServedModel, ServeEvent } from '@descent/serve';
import { describe, expect, test } from 'vitest';
import { findModels } from '../src/models/find-models.ts';
import { ask, doubled, doubling, folderOf, gate, infer, started, write } from './servers.ts';

/** A network that multiplies by the number in its file. */
function multiplying({ path, kind }: FoundModel, more: Partial<ServedModel> = {}): ServedModel {
  const factor = Number(readFileSync(kind === 'run' ? join(path, 'model.onnx') : path, 'utf8'));
  if (!Number.isFinite(factor)) throw new DescentError('no number', { path });
  return doubling({
    run: async ({ x }) => ({
      y: { ...doubled(x as never), data: (x as NDArray<'float32'>).data.map((v) => factor * v) } as never,
    }),
    ...more,
  });
}

const open = (found: FoundModel): ServedModel => multiplying(found);
const one = infer([[1, 10]]);

test('a folder of models has several, in several versions, and the highest answers', async () => {
  const path = folderOf({
    'a/1/model.onnx': '1',
    'a/2/model.onnx': '2',
    'a/10/model.onnx': '10',
    'a/notes/model.onnx': '7',
    'a/config.pbtxt': 'name: "a"\nmax_batch_size: 4\n',
    'b/3/model.onnx': '3',
    'b/config.pbtxt': 'max_batch_size: 0',
    'empty/readme.md': 'nothing',
    'readme.md': 'nothing',
    'lenet/run.json': '{}',
    'lenet/model.onnx': '8',
    '.hidden/1/model.onnx': '1',
  });
  const server = await started(open, { path });
  const dataOf = async (route: string) => (await ask(server, `/v2/models/${route}/infer`, one)).json.outputs?.[0].data;
  expect(await dataOf('a')).toEqual([10, 100]);
  expect(await dataOf('a/versions/2')).toEqual([2, 20]);
  expect(await dataOf('b')).toEqual([3, 30]);
  expect(await dataOf('lenet')).toEqual([8, 80]);
  expect((await ask(server, '/v2/models/a')).json.versions).toEqual(['1', '2', '10']);
  expect((await ask(server, '/descent/models/a')).json.batching).toMatchObject({ joins: true, most: 4 });
  expect((await ask(server, '/descent/models/b')).json.batching).toMatchObject({ joins: false });
  expect((await ask(server, '/v2/models')).json).toContainEqual({
    name: 'empty',
    state: 'UNAVAILABLE',
    reason: expect.stringContaining('no <version>/model.onnx'),
  });
  expect((await ask(server, '/v2/models/empty/infer', one)).status).toBe(404);
  expect((await ask(server, '/v2/models/.hidden')).status).toBe(404);
});

test('what a link names outside of the folder is not served', async () => {
  const outside = folderOf({ 'model.onnx': '5', 'm/1/model.onnx': '6' });
  const path = folderOf({ 'good/1/model.onnx': '1' });
  mkdirSync(join(path, 'file/1'), { recursive: true });
  symlinkSync(join(outside, 'model.onnx'), join(path, 'file/1/model.onnx'));
  symlinkSync(join(outside, 'm'), join(path, 'folder'));
  mkdirSync(join(path, 'version'));
  symlinkSync(join(outside, 'm/1'), join(path, 'version/1'));
  // One that stays inside, as volumes of Kubernetes have them.
  symlinkSync(join(path, 'good'), join(path, 'alias'));
  const { models, unusable } = await findModels(path);
  expect(models.map(({ name }) => name)).toEqual(['alias', 'good']);
  expect(unusable.map(({ name, reason }) => [name, /leaves the folder/.test(reason)])).toEqual([
    ['file', true],
    ['folder', true],
    ['version', true],
  ]);
});

test.each<[string, Readonly<Record<string, string>>, string, RegExp]>([
  ['nothing', {}, 'nothing', /no such file or folder/],
  ['an empty folder', {}, '.', /no model in this folder/],
  ['a folder of files', { 'model.onnx': '1' }, '.', /name the \.onnx file itself/],
])('%s is refused with what is expected', async (_, files, name, message) => {
  await expect(findModels(join(folderOf(files), name))).rejects.toThrow(message);
});

test('a server does not start where no model opens, and does where one of two does', async () => {
  const path = folderOf({ 'a/1/model.onnx': 'none' });
  await expect(started(open, { path })).rejects.toThrow(/no number/);
  write(join(path, 'b/1/model.onnx'), '2');
  const server = await started(open, { path });
  expect(await ask(server, '/v2/models/a/infer', one)).toMatchObject({
    status: 503,
    json: { error: expect.stringMatching(/not ready[\s\S]*no number/) },
  });
  expect((await ask(server, '/v2/models/a/ready')).status).toBe(503);
  expect((await ask(server, '/v2/models/a/versions/2/ready')).status).toBe(404);
  expect((await ask(server, '/v2/models/b/infer', one)).status).toBe(200);
});

describe('files that change are taken over', () => {
  test('a new one answers once it is open, the old one answers what it was asked', async () => {
    const path = folderOf({ 'a/1/model.onnx': '1' });
    const { opened, open: release } = gate();
    const disposed: string[] = [];
    let asked = 0;
    const events: ServeEvent[] = [];
    const server = await started(
      (found) => {
        const text = readFileSync(found.path, 'utf8');
        const model = multiplying(found, { dispose: () => void disposed.push(text) });
        if (text !== '1') return model;
        // The first file's first request waits; runs before it are those of opening.
        return {
          ...model,
          run: async (feeds) => {
            if (feeds['x']?.data[1] === 10) {
              asked += 1;
              await opened;
            }
            return model.run(feeds);
          },
        };
      },
      { path, onEvent: (event) => void events.push(event) },
    );
    const before = ask(server, '/v2/models/a/infer', one);
    await expect.poll(() => asked).toBe(1);
    write(join(path, 'a/1/model.onnx'), '22');
    await server.refresh();
    expect((await ask(server, '/v2/models/a/infer', one)).json.outputs[0].data).toEqual([22, 220]);
    expect(disposed).toEqual([]);
    release();
    expect((await before).json.outputs[0].data).toEqual([1, 10]);
    await expect.poll(() => disposed).toEqual(['1']);
    expect(events.map(({ type }) => type)).toContain('reloaded');
  });

  test('a broken one is told, and the one before it stays', async () => {
    const path = folderOf({ 'a/1/model.onnx': '1' });
    const events: ServeEvent[] = [];
    const server = await started(open, { path, onEvent: (event) => void events.push(event) });
    write(join(path, 'a/1/model.onnx'), 'broken');
    await server.refresh();
    await server.refresh();
    expect((await ask(server, '/v2/models/a/infer', one)).json.outputs[0].data).toEqual([1, 10]);
    expect(events.filter(({ type }) => type === 'failed')).toEqual([
      {
        type: 'failed',
        name: 'a',
        version: '1',
        reason: expect.stringMatching(/the one before it answers: \/.*: no number$/),
      },
    ]);
    // Those who ask are not told where it lies.
    expect(server.models()).toEqual([
      { name: 'a', version: '1', state: 'READY', reason: expect.stringMatching(/answers: no number$/) },
    ]);
    write(join(path, 'a/1/model.onnx'), '333');
    await server.refresh();
    expect((await ask(server, '/v2/models/a/infer', one)).json.outputs[0].data).toEqual([333, 3330]);
    expect(server.models()[0]).toMatchObject({ reason: '' });
  });

  test('versions come and go by themselves', async () => {
    const path = folderOf({ 'a/1/model.onnx': '1', 'b/1/model.onnx': '5' });
    const server = await started(open, { path, reload: 10 });
    write(join(path, 'a/2/model.onnx'), '2');
    const answer = async () => (await ask(server, '/v2/models/a/infer', one)).json.outputs[0].data[0];
    await expect.poll(answer).toBe(2);
    rmSync(join(path, 'a/2'), { recursive: true });
    await expect.poll(answer).toBe(1);
    rmSync(join(path, 'a'), { recursive: true });
    await expect.poll(async () => (await ask(server, '/v2/models/a/infer', one)).status).toBe(404);
    // A folder that is gone for a moment takes nothing with it.
    expect((await ask(server, '/v2/models/b/infer', one)).status).toBe(200);
  });
});
