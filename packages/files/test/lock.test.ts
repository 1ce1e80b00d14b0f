import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  acquireLock,
  type FileSystem,
  type Held,
  type Lock,
  type LockOptions,
  nodeFileSystem,
} from '../src/public/index.ts';

let scratch = '';
let folder = '';
let path = '';
const children: ChildProcess[] = [];

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'descent-lock-'));
  // Node 20 cannot run TypeScript.
  await build({
    entryPoints: [fileURLToPath(new URL('./child.ts', import.meta.url))],
    outfile: join(scratch, 'child.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(join(scratch, 'test-'));
  path = join(folder, 'x.lock');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const take = (options: Omit<LockOptions, 'isOver'> = {}): Promise<Lock> => acquireLock(path, { pollMs: 5, ...options });

/** What a second process is told of a lock: it gives up as soon as it knows. */
async function tried(options: LockOptions = {}): Promise<Held | Lock> {
  let told: Held | undefined;
  const lock = await acquireLock(path, {
    pollMs: 5,
    ...options,
    isOver: (held) => {
      told = held;
      return held.alive;
    },
  });
  return lock ?? (told as Held);
}

function start(
  mode: string,
  rounds: number,
): { readonly process: ChildProcess; readonly ended: Promise<number | null> } {
  const args = [join(scratch, 'child.mjs'), path, join(folder, 'log'), mode, String(rounds)];
  const own = spawn(process.execPath, args, { stdio: 'ignore' });
  children.push(own);
  return { process: own, ended: new Promise((resolve) => own.on('close', resolve)) };
}

const log = (): string[] => {
  const file = join(folder, 'log');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};

async function begun(): Promise<void> {
  while (log().length === 0) await sleep(10);
}

/** Nobody begins before the one before ended, or was killed: the next who begins then says that its holder was dead. */
function expectOneAtATime(lines: readonly string[]): void {
  let holder: string | null = null;
  for (const line of lines) {
    const [what, pid, previous] = line.split(' ') as [string, string, string];
    if (what === 'end') {
      expect(pid).toBe(holder);
      holder = null;
    } else {
      if (holder !== null) expect(previous).toBe('dead');
      holder = pid;
    }
  }
}

const foreign = (more: object = {}): string =>
  `${JSON.stringify({ token: 'there', pid: 1, host: 'container-1', machine: 'another boot', started: '5', ...more })}\n000000000000`;

describe('many processes', () => {
  test('have the lock one at a time, and leave nothing behind', async () => {
    const codes = await Promise.all(Array.from({ length: 8 }, () => start('plain', 6).ended));
    expect(codes).toEqual(Array(8).fill(0));
    expect(log()).toHaveLength(2 * 8 * 6);
    expectOneAtATime(log());
    expect(readdirSync(folder)).toEqual(['log']);
  });

  test('that are killed while they have it: the next takes over at once, and only one does', async () => {
    await Promise.all(Array.from({ length: 10 }, () => start('crash', 8).ended));
    const lines = log();
    expect(lines.filter((line) => line.endsWith(' dead')).length).toBeGreaterThan(2);
    expectOneAtATime(lines);
    await (await take()).release();
    expect(readdirSync(folder)).toEqual(['log']);
  });

  test('killed at random moments of taking it: it can always be taken afterwards', async () => {
    for (let i = 0; i < 6; i++) {
      const running = Array.from({ length: 3 }, () => start('plain', 1e6));
      await sleep(120 + 37 * i);
      for (const { process: own } of running) own.kill('SIGKILL');
      await Promise.all(running.map(({ ended }) => ended));
      const lock = await take();
      appendFileSync(join(folder, 'log'), `begin 0 ${lock.previous}\nend 0\n`);
      await lock.release();
      // Of a file that was made and not yet written, nobody can tell whose it was.
      const left = readdirSync(folder).filter((name) => name !== 'log');
      expect(left.filter((name) => readFileSync(join(folder, name)).length > 0)).toEqual([]);
    }
    expectOneAtATime(log());
  });

  test('a holder whose event loop stands still goes on giving signs of life', async () => {
    start('blocked', 1);
    await begun();
    // As if of another container, so that only its signs of life tell.
    const text = readFileSync(path, 'utf8');
    const moved = `${JSON.stringify({ ...JSON.parse(text.split('\n')[0] as string), machine: 'x'.repeat(JSON.parse(text.split('\n')[0] as string).machine.length) })}\n${text.split('\n')[1]}`;
    expect(moved.length).toBe(text.length);
    writeFileSync(path, moved, { flag: 'r+' });
    const told = await tried({ staleMs: 1e9 }).catch((error: unknown) => error);
    expect(told).toMatchObject({ alive: true });
  }, 20_000);

  test('a stopped process keeps it, a killed one that is not waited for does not', async () => {
    const child = start('hold', 1);
    await begun();
    child.process.kill('SIGSTOP');
    expect(await tried({ staleMs: 1 })).toMatchObject({ alive: true, owner: { pid: child.process.pid } });
    child.process.kill('SIGKILL');
    await child.ended;
    const lock = await take();
    expect(lock.previous).toBe('dead');
    await lock.release();
  });
});

describe('a lock file', () => {
  test('appears with all that it says', async () => {
    const seen = new Set<number>();
    const looking = setInterval(() => {
      try {
        seen.add(readFileSync(path).length);
      } catch {
        // Between two locks.
      }
    }, 0);
    for (let i = 0; i < 30; i++) await (await take()).release();
    clearInterval(looking);
    expect([...seen].every((length) => length > 100)).toBe(true);
    expect(existsSync(path)).toBe(false);
  });

  test('of a process id that another process has by now is taken over', async () => {
    const first = await take();
    const [line, count] = readFileSync(path, 'utf8').split('\n') as [string, string];
    await first.release();
    // This process lives, but began at another time than the holder did.
    writeFileSync(path, `${JSON.stringify({ ...JSON.parse(line), token: 'reused', started: '1' })}\n${count}`);
    const lock = await take();
    expect(lock.previous).toBe('dead');
    await lock.release();
  });

  test('of PID 1 of a container that was killed is taken over by PID 1 of the next, after a while', async () => {
    writeFileSync(path, foreign());
    const past = new Date(Date.now() - 3_600_000);
    utimesSync(path, past, past);
    const began = performance.now();
    const lock = await take({ heartbeatMs: 40, staleMs: 2_000 });
    expect(lock.previous).toBe('silent');
    // It was silent for long already, so that a few missing signs of life are enough.
    expect(performance.now() - began).toBeLessThan(1_500);
    await lock.release();
  });

  test('of a container that lives is refused as soon as it gives a sign of life', async () => {
    writeFileSync(path, foreign());
    let count = 0;
    const beat = setInterval(() => {
      count += 1;
      writeFileSync(path, foreign().replace(/0{12}$/, String(count).padStart(12, '0')));
    }, 30);
    const told = await tried({ heartbeatMs: 30, staleMs: 500 });
    clearInterval(beat);
    expect(told).toMatchObject({ alive: true, owner: { host: 'container-1' } });
  });

  test.each([
    ['of another machine', foreign()],
    ['that another program wrote', '12345'],
    ['with an id that is none', foreign({ pid: -1 })],
    ['with a token that is a path', foreign({ token: '../../x' })],
    ['of another host that says no more', '{"pid":1,"host":"elsewhere.example"}'],
    ['that was written half', '{"token":"t'],
    ['that is empty', ''],
  ])('%s is taken over when it stays silent, even with a time in the future', async (_, text) => {
    writeFileSync(path, text);
    const future = new Date(Date.now() + 1e9);
    utimesSync(path, future, future);
    const began = performance.now();
    const lock = await take({ staleMs: 60 });
    expect(lock.previous).toBe('silent');
    expect(performance.now() - began).toBeGreaterThanOrEqual(60);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('with an id and a host alone is believed as long as there is such a process', async () => {
    const owner = (pid: number): string => JSON.stringify({ pid, host: hostname() });
    writeFileSync(path, owner(process.ppid));
    expect(await tried({ staleMs: 1 })).toMatchObject({ alive: true, owner: { pid: process.ppid } });
    // Ids go to 4 million on Linux.
    for (const gone of [2 ** 22 + 1, process.pid]) {
      writeFileSync(path, owner(gone));
      const lock = await take();
      expect(lock.previous).toBe('dead');
      await lock.release();
    }
  });

  test('says who has it', async () => {
    const lock = await take();
    expect(await tried()).toMatchObject({ alive: true, owner: { pid: process.pid, host: hostname() } });
    await lock.release();
  });

  test('that another took over is not released, and the holder can tell', async () => {
    const first = await take();
    expect(await first.isHeld()).toBe(true);
    rmSync(path);
    expect(await first.isHeld()).toBe(false);
    const second = await take();
    await first.release();
    expect(readFileSync(path, 'utf8')).toContain(second.owner.token);
    await second.release();
    await second.release();
  });

  test('is not waited for after an abort', async () => {
    const first = await take();
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await expect(take({ signal: controller.signal })).rejects.toThrow('enough');
    await first.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('leaves no thread behind', async () => {
    const handles = () => process.getActiveResourcesInfo().filter((name) => name.includes('Message')).length;
    const before = handles();
    for (let i = 0; i < 3; i++) await (await take()).release();
    expect(handles()).toBe(before);
  });
});

describe('file systems', () => {
  const failing = (call: keyof FileSystem, code: string): FileSystem => ({
    ...nodeFileSystem,
    [call]: async () => {
      throw Object.assign(new Error(code), { code });
    },
  });

  test('without hard links do as well', async () => {
    const fs = failing('link', 'EPERM');
    const lock = await take({ fs });
    expect(await tried({ fs })).toMatchObject({ alive: true });
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that are read-only or full say so', async () => {
    await expect(take({ fs: failing('open', 'EROFS') })).rejects.toMatchObject({ code: 'EROFS' });
    await expect(take({ fs: failing('link', 'ENOSPC') })).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('with a folder in the place of the lock say so', async () => {
    mkdirSync(path);
    await expect(take()).rejects.toMatchObject({ code: 'EISDIR' });
    expect(readdirSync(folder)).toEqual(['x.lock']);
  });
});
