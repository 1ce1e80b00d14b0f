// Where a file is to be, something else may be: what a link names is written, and a pipe or a device stays one.
import { execFileSync, spawn } from 'node:child_process';
import { lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx } from '@descent/backend-onnx';
import { initParameters, linear } from '@descent/core';
import { writeAtomically } from '@descent/runs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-places-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function exported(path: string): Promise<void> {
  await exportOnnx(linear(2, 3), { parameters: initParameters(linear(2, 3), 0), sample: { shape: [2] }, path });
}

describe.each([
  ['writeAtomically', (path: string) => writeAtomically(path, 'new')],
  ['exportOnnx', exported],
] as const)('%s', (_, write) => {
  test('to a link writes what it names', async ({ skip }) => {
    skip(process.platform === 'win32', 'links need a privilege on Windows');
    const [real, link] = [join(folder, 'real'), join(folder, 'link')];
    writeFileSync(real, 'old');
    symlinkSync('real', link);
    await write(link);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).not.toBe('old');
    expect(readFileSync(link)).toEqual(readFileSync(real));
  });

  test('to a pipe feeds it, and leaves it there', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows has no named pipes in folders');
    const pipe = join(folder, 'pipe');
    execFileSync('/usr/bin/env', ['mkfifo', pipe]);
    const reader = spawn('cat', [pipe]);
    let length = 0;
    reader.stdout.on('data', (piece: Buffer) => {
      length += piece.length;
    });
    const ended = new Promise((resolve) => reader.on('close', resolve));
    await write(pipe);
    await ended;
    expect(length).toBeGreaterThan(2);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });
});
