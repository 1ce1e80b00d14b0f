// The conformance kit in a real browser, on the processor through WebAssembly, and the curve of one seed.
import { onnx } from '@descent/backend-onnx';
import { conformanceTests, reasonFor } from '@descent/conformance';
import { findBrowser, runInBrowser } from '@descent/conformance/browser';
import { expect, test } from 'vitest';
import { bundle, RUNTIME_FILES } from './browser/bundle.ts';
import type { BrowserReport } from './browser/report.ts';
import { trainedLosses } from './browser/train.ts';
import { WASM_SKIPS } from './skips.ts';

const browser = findBrowser();

const pages = [
  { name: 'one thread, the page being open to others', query: 'every=1', isolated: false },
  { name: 'two threads, the page being isolated', query: 'every=1&threads=2', isolated: true },
] as const;

test.for(pages)('onnx:wasm conforms in a browser: $name', async ({ query, isolated }, context) => {
  if (browser === null) {
    const reason =
      'there is no Chromium: install one (on Debian: apt-get install chromium), or name it in DESCENT_CHROMIUM';
    console.log(`onnx:wasm in a browser: not run, since ${reason}`);
    return context.skip(reason);
  }
  const script = await bundle(new URL('./browser/page.ts', import.meta.url));
  const report = await runInBrowser<BrowserReport>(browser, {
    script,
    folders: { '/wasm/': RUNTIME_FILES },
    query,
    isolated,
  });
  console.log(`${report.backend} in ${browser}: ${report.count} tests, ${report.failures.length} failures`);
  const known = conformanceTests().filter((t) => reasonFor(t, WASM_SKIPS) !== null);
  expect(report.failures.filter((failure) => !known.some(({ name }) => failure.startsWith(`${name}:`)))).toEqual([]);
  expect(report.count).toBeGreaterThan(2000);
  expect(report.notes.includes('one thread')).toBe(!isolated);
  const losses = await trainedLosses(onnx({ threads: 1 }), 24);
  expect(losses[23]).toBeLessThan(0.7 * (losses[0] as number));
  for (const [i, loss] of losses.entries())
    expect(Math.abs((report.losses[i] as number) / loss - 1)).toBeLessThan(1e-3);
});
