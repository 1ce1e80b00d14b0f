// `npm run gpu` in its small form, on what any machine has and on what no machine has all of.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from '@descent/conformance/browser';
import { expect, test } from 'vitest';
import type { GpuReport } from '../gpu/table.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const node = (...words: readonly string[]): string =>
  execFileSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

const isWhole = process.env['DESCENT_GRAPHICS'] === 'all';

test('npm run gpu writes a table of what runs and what is missing', (context) => {
  if (!isWhole) return context.skip('three minutes: run by hand, with DESCENT_GRAPHICS=all');
  const folder = mkdtempSync(join(tmpdir(), 'descent-gpu-'));
  try {
    node('node_modules/typescript/bin/tsc', '-b', 'bench');
    const devices = ['reference', 'onnx:cpu', 'onnx:dml', 'onnx:coreml', 'tfjs:node-gpu', 'onnx:wasm in Chromium'];
    const words = ['--small', '--minutes', '4', '--devices', devices.join(), '--out', join(folder, 'report')];
    const output = node('bench/dist/gpu/main.js', ...words);
    const markdown = readFileSync(join(folder, 'report.md'), 'utf8');
    const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as GpuReport;
    expect(output).toContain(markdown);
    expect(report.devices.map(({ name }) => name)).toEqual(devices);
    expect(report.machine.cores).toBeGreaterThan(0);

    expect(markdown).toMatch(/\| onnx:cpu \| works \| [1-9]\d*, 0, 0, \d+ \| \d\.\de-\d+ over 4 \|/);
    const missing = report.devices.filter(({ curves }) => curves === undefined);
    // DirectML and CoreML are of two systems, so one of them is missing everywhere.
    expect(missing.length).toBeGreaterThan(0);
    for (const { name, problems } of missing) {
      expect(problems.length, name).toBeGreaterThan(0);
      expect(markdown).toContain(`| ${name} | does not run |`);
    }
    if (findBrowser() === null) return;
    expect(markdown).toMatch(/\| onnx:wasm in Chromium \| works \| [1-9]\d*, 0, 0, \d+ \| \d\.\de-\d+ over 4 \|/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
