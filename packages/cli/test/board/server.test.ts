import { readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFeed } from '../../src/board/feed.ts';
import type { BoardChange, RunCurves } from '../../src/board/protocol.ts';
import { type BoardServer, serveBoard } from '../../src/board/server.ts';
import { watchFolder } from '../../src/board/watched-folder.ts';
import { descent } from '../helpers.ts';
import { append, copyRun, line, oneRun } from './runs.ts';

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

describe('the server of the board', () => {
  let made: Awaited<ReturnType<typeof oneRun>>;
  let server: BoardServer;
  let root = '';
  const stop = new AbortController();
  beforeAll(async () => {
    made = await oneRun();
    root = join(made.at, 'runs');
    const folder = watchFolder(root);
    server = await serveBoard(
      { folder, feed: createFeed(folder, stop.signal), signal: stop.signal, title: '<runs>', script: 'page()' },
      0,
    );
  });
  afterAll(async () => {
    stop.abort();
    await server.close();
    made.remove();
  });

  /** The path as it is given: `fetch` would tidy it. */
  const ask = (
    path: string,
    { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
  ) =>
    new Promise<Answer>((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const asked = request({ hostname, port, path, method, headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      asked.on('error', reject);
      asked.end();
    });

  /** Changes as a page hears of them. */
  async function* changes(): AsyncGenerator<BoardChange, void> {
    const leave = new AbortController();
    const response = await fetch(`${server.url}events`, { signal: leave.signal });
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        const events = text.split('\n\n');
        text = events.pop() ?? '';
        for (const event of events) if (event.startsWith('data: ')) yield JSON.parse(event.slice(6));
      }
    } finally {
      leave.abort();
    }
  }

  test('hands out a page that may run its own script alone', async () => {
    const page = await ask('/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('&lt;runs&gt;');
    expect(page.text).not.toMatch(/<runs>|<script>|style=|https?:/);
    expect(page.headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect([(await ask('/board.js')).text, (await ask('/board.css')).status]).toEqual(['page()', 200]);
  });

  test.each([
    ['evil.example'],
    ['127.0.0.1.evil.example'],
    ['localhost.evil.example:80'],
    ['[::1].evil.example'],
    ['127.0.0.1:x'],
  ])('refuses what was meant for %s, at every path', async (Host) => {
    for (const path of ['/', '/events', '/curves?runs=1', '/runs/1/report.html']) {
      const { status, text } = await ask(path, { headers: { Host } });
      expect([status, text]).toEqual([403, '403\n']);
    }
  });

  test('knows this machine by its names, at the port of a tunnel, too', async () => {
    for (const Host of ['LocalHost:8000', '[::1]:7007', '127.0.0.1'])
      expect((await ask('/', { headers: { Host } })).status).toBe(200);
  });

  test.each([['POST'], ['PUT'], ['DELETE'], ['OPTIONS']])('refuses %s', async (method) => {
    expect((await ask('/', { method })).status).toBe(405);
  });

  test.each([
    ['/../../../etc/passwd'],
    ['/runs/../run.json'],
    ['/runs/one/report.html'],
    ['/runs/1/run.json'],
    ['/runs/1/../../report.html'],
    ['/runs/%2e%2e/report.html'],
    ['/runs/99999999999/report.html'],
    ['/runs/77/report.html'],
    ['//'],
    ['*'],
    ['http://evil.example/x'],
  ])('has nothing at %s', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  test('gives curves, differences and reports of runs by their keys, and an empty list for what is none', async () => {
    const [row] = (await changes().next()).value?.rows ?? [];
    const [curves] = JSON.parse((await ask(`/curves?runs=${row?.key}`)).text) as readonly RunCurves[];
    expect(curves?.curves.map(({ name }) => name)).toEqual([
      'test_loss',
      'test_accuracy',
      'train_loss',
      'train_accuracy',
    ]);
    expect(curves?.curves[0]).toMatchObject({
      epoch: [1, 2],
      index: [0, 1],
      values: [expect.any(Number), expect.any(Number)],
    });
    for (const runs of ['', 'x', '-1', '1e9', '__proto__']) expect((await ask(`/curves?runs=${runs}`)).text).toBe('[]');
    expect(JSON.parse((await ask(`/curves?runs=${row?.key}&points=-3`)).text)).toHaveLength(1);
    const report = await ask(`/runs/${row?.key}/report.html`);
    expect([report.status, report.text.slice(0, 15)]).toEqual([200, '<!doctype html>']);
    expect(report.headers['content-security-policy']).toMatch(/default-src 'none'.*sandbox/);
    // The file of somebody else is no report.
    rmSync(join(root, 'one', 'report.html'));
    symlinkSync('/etc/passwd', join(root, 'one', 'report.html'));
    expect((await ask(`/runs/${row?.key}/report.html`)).status).toBe(404);
  });

  test('tells what begins, goes on and goes, once each, and writes nothing', async () => {
    const feed = changes();
    const next = async (): Promise<BoardChange> => (await feed.next()).value as BoardChange;
    expect((await next()).rows.map(({ name }) => name)).toEqual(['one']);
    const lr = (value: number) => ({ optimizer: ['sgd', { lr: value }], model: [] });
    const run = copyRun(join(root, 'one'), join(root, 'two'));
    writeFileSync(join(run, 'config.json'), JSON.stringify(lr(0.1)));
    const begun = await next();
    expect(begun).toMatchObject({ gone: [], rows: [{ name: 'two', epochs: 0 }] });
    append(run, line(1, 0.5));
    const before = readdirSync(run).map((name) => [name, statSync(join(run, name)).mtimeMs]);
    expect(await next()).toMatchObject({ rows: [{ name: 'two', epochs: 1 }] });
    const keys = [1, begun.rows[0]?.key];
    const { differences } = JSON.parse((await ask(`/differences?runs=${keys}`)).text);
    expect(differences).toContainEqual({ name: 'optimizer', values: ['["sgd",{"lr":0.5}]', '["sgd",{"lr":0.1}]'] });
    expect(readdirSync(run).map((name) => [name, statSync(join(run, name)).mtimeMs])).toEqual(before);
    rmSync(run, { recursive: true });
    expect(await next()).toEqual({ isThere: true, rows: [], gone: [keys[1]] });
    await feed.return();
  });
});

describe('descent board', () => {
  test('says what is no folder, no port, and a port that is taken', async () => {
    const missing = await descent('.', 'board', 'lsit');
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('there is no such folder')]);
    expect((await descent('.', 'board', '--port', '70000')).err).toContain('from 0 to 65535');
    const folder = watchFolder('.');
    const { signal } = new AbortController();
    const site = { folder, feed: createFeed(folder, signal), signal, title: '', script: '' };
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { readonly port: number };
    await expect(serveBoard(site, port)).rejects.toThrow(/another program has it[\s\S]*--port 0/);
    taken.close();
  });
});
