// A page that trains in a worker, in a real browser: same numbers as in the page itself, and the page goes on drawing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from '@descent/conformance/browser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Frames } from '../../bench/browser/frames.ts';
import { openPage } from './open-page.ts';
import type { PageReport } from './page.entry.ts';

const browser = findBrowser();
const SECONDS = 3;

const scripts = mkdtempSync(join(tmpdir(), 'descent-worker-'));

describe.skipIf(browser === null)('a page that trains in a worker', () => {
  let report: PageReport;

  beforeAll(async () => {
    report = await openPage<PageReport>(browser as string, 'page.entry.ts', scripts, `seconds=${SECONDS}`);
  });

  afterAll(() => rmSync(scripts, { recursive: true, force: true }));

  test('gets the bits of one that trains by itself', () => {
    expect(report.curves).toHaveLength(4);
    for (const { page, worker } of report.curves) {
      expect(page.length).toBeGreaterThan(200);
      expect(worker).toBe(page);
    }
  });

  test('goes on drawing as an idle one does', () => {
    const ms = (value: number): string => value.toFixed(1);
    const shown = ({ count, median, p90, p99, longest }: Frames): string =>
      `${count} frames, median gap ${ms(median)} ms, 90 % under ${ms(p90)}, 99 % under ${ms(p99)}, longest ${ms(longest)}`;
    const { idle, withoutWorker, frames } = report;
    console.log(`idle: ${idle.map(shown).join('; then ')}\nLeNet without a worker: ${shown(withoutWorker)}`);
    const [median, p90] = [Math.max(...idle.map((f) => f.median)), Math.max(...idle.map((f) => f.p90))];
    for (const { name, first, later, steps, stepMs } of frames) {
      console.log(`${name}, ${ms(stepMs)} ms a step: ${shown(later)}; until step 20: ${shown(first)}`);
      expect(steps).toBeGreaterThan(25);
      // What else runs on this machine delays single frames, of an idle page, too; so neither the longest gap nor the last percent is held to a bound.
      expect(later.median).toBeLessThan(Math.max(20, 1.3 * median));
      expect(later.p90).toBeLessThan(Math.max(50, 3 * p90));
    }
    expect(withoutWorker.median).toBeGreaterThan(2 * median);
  });

  test('pauses and stops when it is told to', () => {
    expect(report.control).toEqual({ whilePaused: 0, stopped: 'it was told to' });
  });

  test('hears what goes wrong in the worker', () => {
    const { missing, noFiles, ended, later, engine } = report.errors;
    expect(missing).toMatch(
      /^BackendError: the worker of onnx:wasm ended\n {2}received: its script could not be loaded/,
    );
    expect(noFiles).toMatch(/^BackendError: [\s\S]*received: [\s\S]*wasm/i);
    for (const error of [ended, later]) {
      expect(error).toMatch(
        /^BackendError: the worker of onnx:wasm ended\n {2}received: it was ended from outside\n[\s\S]*checkpoint/,
      );
    }
    expect(engine).toMatch(/^BackendError: tfjs:webgpu (did not start|could not be loaded)/);
  });
});
