import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { nodeFileSystem } from '../src/download/file-system.ts';
import { acquireLock, type Lock, type LockOptions } from '../src/download/lock.ts';
import { type DatasetDefinition, type DownloadEvent, ensureFiles } from '../src/public/index.ts';
import { folder, rejection } from './helpers.ts';
import { definitionOf, mirror, noise, serving } from './mirror.ts';

const BYTES = noise(400_000);

let scratch = '';
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'descent-child-'));
  // Node 20 cannot run TypeScript.
  await build({
    entryPoints: [fileURLToPath(new URL('./download-child.ts', import.meta.url))],
    outfile: join(scratch, 'child.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@descent/source'],
    external: ['sharp'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Child {
  readonly process: ChildProcess;
  readonly events: (DownloadEvent | { type: 'end' })[];
  readonly ended: Promise<number | null>;
}

function child(root: string, definition: DatasetDefinition): Child {
  const task = join(mkdtempSync(join(scratch, 'task-')), 'task.json');
  writeFileSync(task, JSON.stringify({ root, definition }));
  const own = spawn(process.execPath, [join(scratch, 'child.mjs'), task], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    own.kill('SIGKILL');
  });
  const events: Child['events'] = [];
  let rest = '';
  own.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() as string;
    for (const line of lines) events.push(JSON.parse(line) as DownloadEvent);
  });
  const ended = new Promise<number | null>((resolve) => {
    own.on('close', resolve);
  });
  return { process: own, events, ended };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('several processes', () => {
  test('that want one file fetch it once', async () => {
    const children: Child[] = [];
    const waited = (): DownloadEvent[] =>
      children.flatMap(({ events }) => events.filter((event) => event.type === 'waiting'));
    const server = await mirror(async (request, response, count) => {
      // Until the others have come, and wait.
      await until(() => children.filter(({ events }) => events.some(({ type }) => type === 'waiting')).length === 2);
      serving(BYTES)(request, response, count);
    });
    const root = folder();
    const definition = definitionOf(BYTES, [`${server.url}/x`]);
    for (let i = 0; i < 3; i++) children.push(child(root, definition));
    expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    expect(server.requests.length).toBe(1);
    expect(readdirSync(join(root, 'Toy', 'raw'))).toEqual(['toy.bin']);
    expect(Buffer.compare(readFileSync(join(root, 'Toy', 'raw', 'toy.bin')), BYTES)).toBe(0);
    expect(waited()[0]).toMatchObject({ pid: expect.any(Number), host: hostname() });
  });

  test('killed in the middle, again and again: never a half file, and it goes on where it was', async () => {
    const step = 90_000;
    const server = await mirror((request, response) => {
      const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
      const partial = from > 0;
      response.writeHead(partial ? 206 : 200, {
        'content-length': String(BYTES.length - from),
        ...(partial ? { 'content-range': `bytes ${from}-${BYTES.length - 1}/${BYTES.length}` } : {}),
      });
      // Each connection gives a step, then hangs; the last one ends.
      response.write(BYTES.subarray(from, from + step));
      if (from + step >= BYTES.length) response.end();
    });
    const root = folder();
    const raw = join(root, 'Toy', 'raw');
    const definition = definitionOf(BYTES, [`${server.url}/x`]);
    for (let kill = 1; kill <= 4; kill++) {
      const victim = child(root, definition);
      await until(() => victim.events.some((e) => e.type === 'progress' && e.received >= kill * step));
      victim.process.kill('SIGKILL');
      await victim.ended;
      const names = readdirSync(raw);
      expect(names).not.toContain('toy.bin');
      // Its lock is still there: whoever comes next sees that its process is gone.
      expect(names).toContain('toy.bin.lock');
    }
    const last = child(root, definition);
    expect(await last.ended).toBe(0);
    expect(last.events.find(({ type }) => type === 'start')).toMatchObject({ resumedAt: 4 * step });
    expect(readdirSync(raw)).toEqual(['toy.bin']);
    expect(Buffer.compare(readFileSync(join(raw, 'toy.bin')), BYTES)).toBe(0);
  });
});

describe('a lock', () => {
  const take = (path: string, options: Partial<LockOptions> = {}): Promise<Lock | undefined> =>
    acquireLock(path, { fs: nodeFileSystem, done: async () => false, pollMs: 5, ...options });

  test('is held by one at a time, and passed on', async () => {
    const path = join(folder(), 'x.lock');
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const lock = await take(path);
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 3));
        inside -= 1;
        await lock?.release();
      }),
    );
    expect(most).toBe(1);
    expect(() => readFileSync(path)).toThrow('ENOENT');
  });

  test('of a process that ended is taken over at once', async () => {
    const path = join(folder(), 'x.lock');
    const first = await take(path);
    const owner = JSON.parse(readFileSync(path, 'utf8')) as object;
    await first?.release();
    // Ids go to 4 million on Linux; no process has this one.
    writeFileSync(path, JSON.stringify({ ...owner, pid: 2 ** 30, token: 'gone' }));
    const lock = await take(path);
    expect(lock?.previous).toBe('dead');
    await lock?.release();
  });

  test.each([
    ['of another host', JSON.stringify({ token: 't', pid: 1, machine: 'elsewhere', host: 'elsewhere' })],
    ['that was written half', '{"token":"t'],
    ['that is empty', ''],
  ])('%s is taken over when it stays silent, whatever its time says', async (_, text) => {
    const path = join(folder(), 'x.lock');
    writeFileSync(path, text);
    const future = new Date(Date.now() + 1e9);
    utimesSync(path, future, future);
    let waits = 0;
    const start = performance.now();
    const lock = await take(path, {
      staleMs: 60,
      onWait: () => {
        waits += 1;
      },
    });
    expect(lock?.previous).toBe('silent');
    expect(waits).toBeGreaterThan(0);
    expect(performance.now() - start).toBeGreaterThanOrEqual(60);
    await lock?.release();
  });

  test('that shows signs of life is not taken over', async () => {
    const path = join(folder(), 'x.lock');
    const first = await take(path, { heartbeatMs: 10 });
    const owner = JSON.parse(readFileSync(path, 'utf8')) as object;
    // As if of another host, so that only its touching the file tells.
    writeFileSync(path, JSON.stringify({ ...owner, machine: 'elsewhere' }));
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('waited long enough')), 1_500);
    const error = await rejection(take(path, { staleMs: 600, signal: controller.signal }));
    expect(error.message).toBe('waited long enough');
    await first?.release();
  });

  test('is not waited for when there is nothing left to do', async () => {
    const path = join(folder(), 'x.lock');
    const first = await take(path);
    expect(await take(path, { done: async () => true })).toBeUndefined();
    await first?.release();
  });

  test('that was lost to another is not released', async () => {
    const path = join(folder(), 'x.lock');
    const first = await take(path);
    rmSync(path);
    const second = await take(path);
    await first?.release();
    expect(readFileSync(path, 'utf8')).toContain(second?.owner.token);
    await second?.release();
  });

  test('lost to another, who finished: the sleeper that wakes up takes the file of the other', async () => {
    // The sleeper's server stops in the middle, until the other is done.
    let wake: () => void = () => {};
    const server = await mirror((request, response, count) => {
      if (count > 1) return serving(BYTES)(request, response, count);
      response.writeHead(200, { 'content-length': String(BYTES.length) });
      response.write(BYTES.subarray(0, 100_000));
      wake = () => response.end(BYTES.subarray(100_000));
    });
    const root = folder();
    const definition = definitionOf(BYTES, [`${server.url}/x`]);
    const options = { root, download: true } as const;
    let started = false;
    const sleeper = ensureFiles(definition, 'train', {
      ...options,
      // It never touches its lock, as a process that the system stopped.
      lock: { heartbeatMs: 1e9 },
      onProgress: (event) => {
        if (event.type === 'progress') started = true;
      },
    });
    await until(() => started);
    const lockFile = join(root, 'Toy', 'raw', 'toy.bin.lock');
    const owner = JSON.parse(readFileSync(lockFile, 'utf8')) as object;
    writeFileSync(lockFile, JSON.stringify({ ...owner, machine: 'elsewhere' }));
    await ensureFiles(definition, 'train', { ...options, lock: { pollMs: 5, staleMs: 50 } });
    expect(server.requests[1]?.range).toMatch(/^bytes=[1-9]/);
    wake();
    await sleeper;
    expect(readdirSync(join(root, 'Toy', 'raw'))).toEqual(['toy.bin']);
    expect(Buffer.compare(readFileSync(join(root, 'Toy', 'raw', 'toy.bin')), BYTES)).toBe(0);
  });

  test('in a folder that cannot be written to is an error', async () => {
    const root = folder();
    mkdirSync(join(root, 'x.lock'));
    const error = await rejection(take(join(root, 'x.lock')));
    expect(error).toMatchObject({ name: 'DataFileError' });
    expect(error.message).toContain('reading the lock file failed');
  });
});
