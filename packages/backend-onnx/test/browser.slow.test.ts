// The conformance kit in a real browser, the curve of one seed, and what many steps leave behind: on the processor through WebAssembly, and on a
// graphics device, which the processor stands for, so that of the cases of ops only a part is run there: DESCENT_GRAPHICS=all runs everything.
import { onnx } from '@descent/backend-onnx';
import { conformanceTests, GRAPHICS_LIMITS, reasonFor } from '@descent/conformance';
import { findBrowser, runInBrowser } from '@descent/conformance/browser';
import { expect, test } from 'vitest';
import { bundle, RUNTIME_FILES } from './browser/bundle.ts';
import type { DeviceReport } from './browser/examine.ts';
import { trainedLosses } from './browser/train.ts';
import { WASM_SKIPS } from './skips.ts';

const browser = findBrowser();
const isWhole = process.env['DESCENT_GRAPHICS'] === 'all';

const inWasm = conformanceTests()
  .filter((t) => reasonFor(t, WASM_SKIPS) !== null)
  .map(({ name }) => name);

const pages = [
  {
    name: 'onnx:wasm, one thread, the page being open to others',
    // With one thread all of them run in Node.
    query: `device=wasm&every=${isWhole ? 1 : 8}&soak=4000`,
    knownToFail: (test: string) => inWasm.includes(test),
    least: 300,
    tolerance: 1e-3,
  },
  {
    name: 'onnx:wasm, two threads, the page being isolated',
    query: 'device=wasm&every=1&soak=4000&threads=2',
    isolated: true,
    knownToFail: (test: string) => inWasm.includes(test),
    least: 2000,
    tolerance: 1e-3,
  },
  {
    name: 'onnx:webgpu',
    query: isWhole ? 'device=webgpu&every=1&soak=1000' : 'device=webgpu&every=128&everyOther=12&soak=40',
    flags: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
    knownToFail: (name: string) => reasonFor({ name }, GRAPHICS_LIMITS) !== null,
    least: 40,
    tolerance: 1e-2,
  },
] as const;

/** A step of the soak makes tensors of about 1 kB, so that 4,000 of them would leave 3 MB in its measured part; a collector needs some room. */
const LARGEST_GROWTH_MB = 1;
const LONGEST = isWhole ? 5400 : 600;

test.for(pages)(
  'conforms in a browser: $name',
  { timeout: (LONGEST + 60) * 1000 },
  async ({ knownToFail, least, tolerance, ...page }, context) => {
    if (browser === null) {
      const reason =
        'there is no Chromium: install one (on Debian: apt-get install chromium), or name it in DESCENT_CHROMIUM';
      console.log(`${page.name} in a browser: not run, since ${reason}`);
      return context.skip(reason);
    }
    const script = await bundle(new URL('./browser/page.ts', import.meta.url));
    const folders = { '/wasm/': RUNTIME_FILES };
    const report = await runInBrowser<DeviceReport>(browser, { script, folders, seconds: LONGEST, ...page });
    const unknown = report.failures.filter((failure) => !knownToFail(failure.slice(0, failure.indexOf(': '))));
    console.log(
      `${report.backend} in ${browser}: ${report.count} tests, ${report.failures.length} failures, ${unknown.length} of them not known; ` +
        `${report.soaked?.level.toFixed(1)} MB, ${report.soaked?.growth.toFixed(2)} MB more at the end of the soak`,
    );
    expect(unknown).toEqual([]);
    expect(report.count).toBeGreaterThan(least);
    expect(report.notes.includes('one thread')).toBe(page.name.includes('one thread'));
    expect(report.soaked?.level).toBeGreaterThan(0);
    expect(report.soaked?.growth).toBeLessThan(LARGEST_GROWTH_MB);
    const losses = await trainedLosses(onnx({ threads: 1 }), 24);
    expect(losses[23]).toBeLessThan(0.7 * (losses[0] as number));
    for (const [i, loss] of losses.entries())
      expect(Math.abs((report.losses[i] as number) / loss - 1)).toBeLessThan(tolerance);
  },
);
