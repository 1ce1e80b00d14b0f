// The conformance kit in a real browser. Its graphics run on the processor there, so of the op cases only a part is run on them.
import { findBrowser } from '@descent/conformance/browser';
import { expect, test } from 'vitest';
import { runPage } from './browser/run-in-browser.ts';
import { WASM_SKIPS } from './wasm-skips.ts';

const browser = findBrowser();
const software = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/** What graphics devices cannot do; docs/edge-semantics.md says so. */
const GRAPHICS = [/^edge\//, /^op\/(sin|cos)\//, /^refusal\/(gather|scatterAdd)/, /^accuracy\//, /^search\//];

/** Most of their kernels compute with floats, which hold integers to 2^24. */
const INTEGERS = /int32( to uint8)? (wraps|beyond|by zero|ends at)/;

const engines = [
  { engine: 'wasm', every: 1, soak: 10_000, flags: [], knownToFail: WASM_SKIPS.flatMap(({ tests }) => tests) },
  // Sines and cosines of graphics devices are good to about 1e-4. Indices cannot be refused there: nothing is read back to look at them.
  // Shaders may assume that there is neither NaN nor infinity, and have exponentials and logarithms to 5e-6 of themselves. The
  // search meets all of that.
  {
    engine: 'webgl',
    every: 20,
    soak: 10_000,
    flags: software,
    knownToFail: [...GRAPHICS, INTEGERS],
  },
  {
    engine: 'webgpu',
    every: 40,
    soak: 1000,
    flags: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
    knownToFail: [...GRAPHICS, INTEGERS],
  },
] as const;

test.for(engines)(
  'tfjs:$engine conforms in a browser',
  async ({ engine, every, soak, flags, knownToFail }, context) => {
    if (browser === null) {
      const reason =
        'there is no Chromium: install one (on Debian: apt-get install chromium), or name it in DESCENT_CHROMIUM';
      console.log(`tfjs:${engine} in a browser: not run, since ${reason}`);
      return context.skip(reason);
    }
    const report = await runPage(browser, `engine=${engine}&every=${every}&soak=${soak}`, flags);
    console.log(`${report.backend} in ${browser}: ${report.count} tests, ${report.failures.length} failures`);
    expect(report.count).toBeGreaterThan(100);
    expect(
      report.failures.filter(
        (failure) =>
          !knownToFail.some((known) => (typeof known === 'string' ? failure.startsWith(known) : known.test(failure))),
      ),
    ).toEqual([]);
    expect(report.growth, `tensors left behind by ${soak} training steps`).toBe(0);
  },
);
