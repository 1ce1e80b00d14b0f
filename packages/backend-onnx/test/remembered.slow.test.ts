// What a page keeps in a real browser: checks of the graphics device, which the processor stands for, and the choice of a backend.
import { findBrowser, runInBrowser } from '@descent/conformance/browser';
import { expect, test } from 'vitest';
import { bundle, RUNTIME_FILES } from './browser/bundle.ts';
import type { Visit } from './browser/visit.ts';

const browser = findBrowser();
const LONGEST = 600;

test('a page remembers what a graphics device has passed, and which backend is the fastest', {
  timeout: (LONGEST + 60) * 1000,
}, async (context) => {
  if (browser === null) return context.skip('there is no Chromium');
  if (process.env['DESCENT_GRAPHICS'] !== 'all') {
    return context.skip('two minutes where the processor draws: run by hand, with DESCENT_GRAPHICS=all');
  }
  const [first, second, third] = (await runInBrowser<readonly Visit[]>(browser, {
    script: await bundle(new URL('./browser/visit.ts', import.meta.url)),
    folders: { '/wasm/': RUNTIME_FILES },
    flags: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
    seconds: LONGEST,
    onProgress: console.log,
  })) as readonly [Visit, Visit, Visit];
  expect(first.why).toMatch(
    /; measured now; remove 'backend' in the Cache Storage 'descent' of this page to measure again$/,
  );
  const [passed, later] = [first, second].map(({ checks }) => (JSON.parse(checks) as { passed: string[] }).passed);
  expect(passed?.length).toBeGreaterThan(15);
  // The networks of the choice need a few more.
  expect(later?.slice(0, passed?.length)).toEqual(passed);
  expect(third.checks).toBe(second.checks);
  console.log(
    `a first step with its checks: ${first.step.toFixed()} ms, remembered ${second.step.toFixed()}, told not to ${third.step.toFixed()}`,
  );
  expect(second.step).toBeLessThan(0.7 * first.step);
  expect(second.step).toBeLessThan(0.7 * third.step);
  for (const { loss } of [second, third]) expect(loss).toBe(first.loss);
  // The processor is faster than what it stands for.
  expect(first.chosen).toBe('onnx:wasm');
  expect(second.chosen).toBe('onnx:wasm');
  expect(second.why).toMatch(/ms a step, onnx:webgpu .*; remembered from /);
});
