import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
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
    const owner = JSON.parse(readFileSync(lockFile, 'utf8').split('\n')[0] as string) as object;
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
    const definition = definitionOf(BYTES, ['http://127.0.0.1:9/x']);
    mkdirSync(join(root, 'Toy', 'raw', 'toy.bin.lock'), { recursive: true });
    const error = await rejection(ensureFiles(definition, 'train', { root, download: true }));
    expect(error).toMatchObject({ name: 'DataFileError' });
    expect(error.message).toContain('locking the file failed');
  });
});
