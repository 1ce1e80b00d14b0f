import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescentError, fit, StateError } from '@descent/core';
import {
  checkpoints,
  decodeCheckpoint,
  encodeCheckpoint,
  jsonLinesLog,
  latestCheckpoint,
  lockFolder,
  tensorboard,
  writeAtomically,
} from '@descent/runs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { data, make, run } from './tiny-run.ts';

/** What the file system says, by the name of the call; empty while it works. */
const broken = vi.hoisted(() => ({ code: '', call: '', only: /./ }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const refuse = (call: string, path: unknown): void => {
    if (broken.call !== call || !broken.only.test(String(path))) return;
    throw Object.assign(new Error(`${broken.code}: refused, ${call} '${String(path)}'`), { code: broken.code });
  };
  return {
    ...real,
    async rename(from: string, to: string) {
      refuse('rename', from);
      return real.rename(from, to);
    },
    async mkdir(path: string, options: object) {
      refuse('mkdir', path);
      return real.mkdir(path, options);
    },
    async open(path: string, flags: string, mode?: number) {
      refuse('open', path);
      const file = await real.open(path, flags, mode);
      return {
        chmod: (mode: number) => file.chmod(mode),
        async writeFile(data: string | Uint8Array) {
          if (broken.call === 'full') return real.writeFile('/dev/full', data);
          // A disk becomes full in the middle of a file.
          await file.writeFile(broken.call === 'write' ? data.slice(0, data.length / 2) : data);
          refuse('write', path);
        },
        async sync() {
          refuse('sync', path);
          await file.sync();
        },
        close: () => file.close(),
      };
    },
  };
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-faults-'));
});
afterEach(() => {
  Object.assign(broken, { code: '', call: '', only: /./ });
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** What a promise is rejected with. */
const errorOf = async (promise: Promise<unknown>): Promise<DescentError> =>
  promise.then(
    () => expect.fail('it worked'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(DescentError);
      return error as DescentError;
    },
  );

describe('a disk that fails while a checkpoint is written', () => {
  const faults = ['open', 'write', 'sync', 'rename'].flatMap((call) =>
    [
      ['ENOSPC', /the disk is full/, /make room/],
      ['EDQUOT', /quota/, /remove files/],
      ['EACCES', /may not write there/, /permissions/],
      ['EROFS', /read-only/, /a disk that can be written/],
      ['EIO', /reports an error/, /look at the disk/],
    ].map(
      ([code, received, fix]) =>
        ({ call, code, received, fix }) as { call: string; code: string; received: RegExp; fix: RegExp },
    ),
  );

  test.each(faults)(
    '$code at $call: the older ones are intact, nothing half is left, the error teaches',
    async ({ call, code, received, fix }) => {
      const path = join(folder, 'step-000000006.safetensors');
      const error = await errorOf(
        run([
          {
            onEpoch({ epoch }) {
              if (epoch === 3) Object.assign(broken, { call, code, only: /step-000000006/ });
            },
          },
          checkpoints({ folder }),
        ]),
      );
      expect(error.details.path).toBe(path);
      expect(error.details.received).toMatch(received);
      expect(error.details.received).toContain(code);
      expect(error.details.fix).toMatch(fix);
      expect((error.cause as { code: string }).code).toBe(code);
      expect(readdirSync(folder).sort()).toEqual(['step-000000002.safetensors', 'step-000000004.safetensors']);
      expect(await latestCheckpoint(folder)).toMatchObject({ state: { step: 4 }, damaged: [] });
      // With room again, training goes on from there.
      Object.assign(broken, { call: '' });
      const found = await latestCheckpoint(folder);
      const trainer = await make();
      await trainer.load(found?.state as never);
      await fit(trainer, {
        train: data,
        epochs: 3,
        resume: found?.position as never,
        callbacks: [checkpoints({ folder })],
        log: null,
      });
      expect(existsSync(path)).toBe(true);
    },
  );

  test('replacing a file leaves the old one when it fails', async () => {
    const path = join(folder, 'file');
    await writeAtomically(path, 'old');
    Object.assign(broken, { call: 'write', code: 'ENOSPC' });
    await errorOf(writeAtomically(path, 'new and longer'));
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('a full device of the real kernel', async (context) => {
    if (!existsSync('/dev/full')) {
      const reason = 'this system has no /dev/full';
      console.log(`a full device: not run, since ${reason}`);
      return context.skip(reason);
    }
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    // What is written reaches the full device, wherever the unfinished file lies.
    Object.assign(broken, { call: 'full' });
    const error = await errorOf(writeAtomically(path, 'new'));
    expect(error.message).toContain(`${path}: the file cannot be written\n  received: the disk is full (ENOSPC)`);
    expect((error.cause as { syscall: string }).syscall).toBe('write');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
    Object.assign(broken, { call: '' });
    symlinkSync('/dev/full', join(folder, 'log'));
    expect((await errorOf(run([jsonLinesLog(join(folder, 'log'))]))).message).toMatch(
      /log cannot be written[\s\S]*disk is full/,
    );
  });

  test('a folder that cannot be made', async () => {
    Object.assign(broken, { call: 'mkdir', code: 'EROFS' });
    const error = await errorOf(run([checkpoints({ folder: join(folder, 'new') })]));
    expect(error.message).toMatch(/folder of the checkpoints cannot be made[\s\S]*read-only[\s\S]*fix:/);
    broken.only = /missing$/;
    expect((await errorOf(lockFolder(join(folder, 'missing')))).message).toMatch(/read-only/);
    Object.assign(broken, { call: 'open', only: /./ });
    expect((await errorOf(lockFolder(folder))).message).toMatch(/folder cannot be locked[\s\S]*read-only/);
    broken.call = '';
    writeFileSync(join(folder, 'file'), '');
    await expect(run([tensorboard(join(folder, 'file'))])).rejects.toThrow(
      /a file where a folder is needed|a file, not a folder/,
    );
  });
});

describe('a checkpoint', () => {
  test('cut short at any length is an error that names the file', async () => {
    const trainer = await make();
    const position = { epoch: 1, step: 0, totals: { sums: {}, samples: 0 }, history: [] };
    const bytes = await encodeCheckpoint({ state: await trainer.state(), position, info: { note: 'x' } });
    expect((await decodeCheckpoint(bytes, 'file')).info).toEqual({ note: 'x' });
    for (let length = 0; length < bytes.length; length++) {
      await expect(decodeCheckpoint(bytes.subarray(0, length), 'cut.safetensors')).rejects.toThrow(
        expect.objectContaining({ name: 'DescentError', message: expect.stringContaining('cut.safetensors') }),
      );
    }
  });

  test('that is damaged is passed over and named, at each of many lengths', async () => {
    await run([checkpoints({ folder, keepLast: 2 })]);
    const newest = join(folder, 'step-000000006.safetensors');
    const bytes = readFileSync(newest);
    for (const length of [0, 1, 7, 8, 9, 100, bytes.length >> 1, bytes.length - 1]) {
      writeFileSync(newest, bytes.subarray(0, length));
      const found = await latestCheckpoint(folder);
      expect(found?.state.step).toBe(4);
      expect(found?.damaged).toHaveLength(1);
      expect(found?.damaged[0]).toContain(newest);
    }
    rmSync(join(folder, 'step-000000004.safetensors'));
    expect(await latestCheckpoint(folder)).toBeNull();
  });

  test('of another network is refused with every difference', async () => {
    await run([checkpoints({ folder })]);
    const found = await latestCheckpoint(folder);
    const other = await make(5);
    const before = await other.state();
    const error = await errorOf(other.load(found?.state as never));
    expect(error).toBeInstanceOf(StateError);
    for (const difference of [
      '0.weight is [3, 2], not [5, 2]',
      '0.bias is [3], not [5]',
      '1.weight is [1, 3], not [1, 5]',
    ]) {
      expect(error.message).toContain(difference);
    }
    expect(await other.state()).toEqual(before);
  });
});

describe('two runs in one folder', () => {
  test('the second is refused with the process of the first, and may go on when that is gone', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      await new Promise((started) => child.once('spawn', started));
      writeFileSync(join(folder, 'run.lock'), JSON.stringify({ pid: child.pid, host: hostname() }));
      const error = await errorOf(lockFolder(folder));
      expect(error.details).toMatchObject({ path: folder, received: `process ${child.pid} on ${hostname()}` });
      expect(error.details.fix).toContain(join(folder, 'run.lock'));
    } finally {
      const ended = new Promise((exit) => child.once('exit', exit));
      child.kill('SIGKILL');
      await ended;
    }
    await (await lockFolder(folder))();
  });

  test('one on another machine is watched: refused while it gives signs of life, gone when it gives none', async () => {
    const path = join(folder, 'run.lock');
    const owner = JSON.stringify({ pid: 1, host: 'elsewhere.example' });
    let count = 0;
    const beat = setInterval(() => writeFileSync(path, `${owner}\n${++count}`), 20);
    writeFileSync(path, owner);
    const waits: string[] = [];
    await expect(lockFolder(folder, { onWait: (who) => waits.push(who) })).rejects.toThrow(
      /process 1 on elsewhere\.example/,
    );
    clearInterval(beat);
    expect(waits).toEqual(['process 1 on elsewhere.example']);
    const release = await lockFolder(folder, { staleMs: 50 });
    await release.expectHeld();
    rmSync(path);
    await expect(release.expectHeld()).rejects.toThrow('another process has taken this folder over');
    await release();
  });
});
