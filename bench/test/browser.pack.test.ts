// `npm run bench -- browser` in its short form.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from '@descent/conformance/browser';
import { expect, test } from 'vitest';
import type { Report } from '../lib/report.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENGINES = ['onnx:wasm-1', 'onnx:wasm-2-worker', 'bare:wasm-1', 'tfjs:wasm', 'stock-tfjs:wasm', 'jax-js:wasm'];

const node = (...words: readonly string[]): string =>
  execFileSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

test('npm run bench -- browser measures engines that compute the same', ({ skip }) => {
  if (findBrowser() === null) skip('there is no Chromium or Chrome: install one, or name it in DESCENT_CHROMIUM');
  const folder = mkdtempSync(join(tmpdir(), 'descent-bench-test-'));
  try {
    const path = join(folder, 'report.json');
    node('node_modules/typescript/bin/tsc', '-b', 'bench');
    const words = ['browser', '--net', 'mlp', '--quick', '--rounds', '1', '--engines', ENGINES.join(), '--json', path];
    const output = node('bench/dist/main.js', ...words);
    const { browser } = JSON.parse(readFileSync(path, 'utf8')) as Report;
    const [result] = browser !== null && 'results' in browser ? browser.results : [];
    expect(result?.isIsolated).toBe(true);
    expect(result?.idleFps).toBeGreaterThan(5);
    const engines = result?.engines ?? [];
    expect(engines.map(({ name }) => name)).toEqual(ENGINES);
    for (const { name, notes, losses, samples, firstStepMs, epochMs, frames } of engines) {
      expect(notes, name).toEqual([]);
      expect(losses, name).toHaveLength(3);
      for (const [i, loss] of losses.entries()) expect(loss, name).toBeCloseTo(engines[0]?.losses[i] as number, 3);
      expect(samples, name).toHaveLength(1);
      expect(samples[0], name).toBeGreaterThan(0);
      expect(firstStepMs, name).toBeGreaterThan(samples[0] as number);
      if (name.startsWith('bare')) continue;
      expect(epochMs, name).toBeGreaterThan(samples[0] as number);
      expect(frames?.perSecond, name).toBeGreaterThan(0);
    }
    expect(engines[0]?.overhead).toBeGreaterThan(0);
    expect(output).toMatch(/bar: onnx:wasm-1 so many times as fast as stock-tfjs:wasm at its best: \d/);
    expect(output).toMatch(/bar: onnx:wasm-1, time outside of ONNX Runtime .*: (met|NOT MET)/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
