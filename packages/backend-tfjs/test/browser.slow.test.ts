// The conformance kit in a real browser. Its graphics run on the processor there, so on them only a sample of the kit is run:
// DESCENT_GRAPHICS=all runs everything.
import { GRAPHICS_LIMITS, reasonFor } from '@descent/conformance';
import { findBrowser } from '@descent/conformance/browser';
import { test } from 'vitest';
import { bundlePage, runPage } from './browser/run-in-browser.ts';
import { WASM_SKIPS } from './wasm-skips.ts';

const browser = findBrowser();
const script = browser === null ? null : bundlePage();
const graphics = process.env['DESCENT_GRAPHICS'] === 'all' ? 'all' : 'sample';
const software = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/** Most of their kernels compute with floats, which hold integers to 2^24. */
const INTEGERS = /int32( to uint8)? (wraps|beyond|by zero|ends at)/;

const engines = [
  { engine: 'wasm', part: 'all', soak: 4000, flags: [], knownToFail: WASM_SKIPS.flatMap(({ tests }) => tests) },
  // Sines and cosines of graphics devices are good to about 1e-4. Indices cannot be refused there: nothing is read back to look at them.
  // Shaders may assume that there is neither NaN nor infinity, and have exponentials and logarithms to 5e-6 of themselves. The
  // search meets all of that.
  {
    engine: 'webgl',
    part: graphics,
    soak: graphics === 'all' ? 10_000 : 400,
    flags: software,
    knownToFail: [INTEGERS],
  },
  {
    engine: 'webgpu',
    part: graphics,
    soak: graphics === 'all' ? 1000 : 100,
    flags: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
    knownToFail: [INTEGERS],
  },
] as const;

const LONGEST = 1800;

// All at once: a page waits for its graphics most of the time.
test.concurrent.for(engines)(
  'tfjs:$engine conforms in a browser',
  { timeout: (LONGEST + 60) * 1000 },
  async ({ engine, part, soak, flags, knownToFail }, { expect, skip }) => {
    if (browser === null || script === null) {
      const reason =
        'there is no Chromium: install one (on Debian: apt-get install chromium), or name it in DESCENT_CHROMIUM';
      console.log(`tfjs:${engine} in a browser: not run, since ${reason}`);
      return skip(reason);
    }
    const query = `engine=${engine}&part=${part}&soak=${soak}`;
    const page = { script: await script, query, flags, seconds: LONGEST };
    const { backend, count, of, failures, growth } = await runPage(browser, page);
    const unknown = failures.filter(
      (failure) =>
        (engine === 'wasm' || reasonFor({ name: failure.slice(0, failure.indexOf(': ')) }, GRAPHICS_LIMITS) === null) &&
        !knownToFail.some((known) => (typeof known === 'string' ? failure.startsWith(known) : known.test(failure))),
    );
    console.log(
      `${backend} in ${browser}: ${count} of ${of} tests, ${failures.length} failures, ${unknown.length} of them not known`,
    );
    expect(count).toBeGreaterThan(200);
    expect(unknown).toEqual([]);
    expect(growth, `tensors left behind by ${soak} training steps`).toBe(0);
  },
);
