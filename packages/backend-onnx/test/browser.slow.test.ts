// The conformance kit in a real browser, and the curve of one seed: on the processor through WebAssembly, and on a graphics device, which the
// processor stands for, so that of the cases of ops only a part is run there.
import { onnx } from '@descent/backend-onnx';
import { conformanceTests, reasonFor } from '@descent/conformance';
import { findBrowser, runInBrowser } from '@descent/conformance/browser';
import { expect, test } from 'vitest';
import { bundle, RUNTIME_FILES } from './browser/bundle.ts';
import type { BrowserReport } from './browser/report.ts';
import { trainedLosses } from './browser/train.ts';
import { GRAPHICS } from './graphics.ts';
import { WASM_SKIPS } from './skips.ts';

const browser = findBrowser();

const inWasm = conformanceTests()
  .filter((t) => reasonFor(t, WASM_SKIPS) !== null)
  .map(({ name }) => name);

const pages = [
  {
    name: 'onnx:wasm, one thread, the page being open to others',
    query: 'device=wasm&every=1',
    knownToFail: (test: string) => inWasm.includes(test),
    least: 2000,
    tolerance: 1e-3,
  },
  {
    name: 'onnx:wasm, two threads, the page being isolated',
    query: 'device=wasm&every=1&threads=2',
    isolated: true,
    knownToFail: (test: string) => inWasm.includes(test),
    least: 2000,
    tolerance: 1e-3,
  },
  {
    name: 'onnx:webgpu',
    query: 'device=webgpu&every=16',
    flags: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
    knownToFail: (test: string) => GRAPHICS.some((known) => known.test(test)),
    least: 200,
    tolerance: 1e-2,
  },
] as const;

test.for(pages)('conforms in a browser: $name', async ({ knownToFail, least, tolerance, ...page }, context) => {
  if (browser === null) {
    const reason =
      'there is no Chromium: install one (on Debian: apt-get install chromium), or name it in DESCENT_CHROMIUM';
    console.log(`${page.name} in a browser: not run, since ${reason}`);
    return context.skip(reason);
  }
  const script = await bundle(new URL('./browser/page.ts', import.meta.url));
  const report = await runInBrowser<BrowserReport>(browser, { script, folders: { '/wasm/': RUNTIME_FILES }, ...page });
  console.log(`${report.backend} in ${browser}: ${report.count} tests, ${report.failures.length} failures`);
  expect(report.failures.filter((failure) => !knownToFail(failure.slice(0, failure.indexOf(': '))))).toEqual([]);
  expect(report.count).toBeGreaterThan(least);
  expect(report.notes.includes('one thread')).toBe(page.name.includes('one thread'));
  const losses = await trainedLosses(onnx({ threads: 1 }), 24);
  expect(losses[23]).toBeLessThan(0.7 * (losses[0] as number));
  for (const [i, loss] of losses.entries())
    expect(Math.abs((report.losses[i] as number) / loss - 1)).toBeLessThan(tolerance);
});
