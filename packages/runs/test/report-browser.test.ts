import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderReport } from '@descent/runs';
import type { AxeResults } from 'axe-core';
import { expect, test } from 'vitest';
import { findBrowser, type Page, withPage } from './browser.ts';
import { EVALUATION, INPUT } from './report-input.ts';

const browser = findBrowser();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** What axe calls serious or critical, such as too little contrast, with the first place of each. */
async function seriousOf(tab: Page): Promise<readonly string[]> {
  await tab.evaluate(AXE);
  const violations = (await tab.evaluate('axe.run().then((found) => found.violations)')) as AxeResults['violations'];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} at ${nodes[0]?.html} (${nodes.length} places)`);
}
/** What is cut at its side although nothing shows that there is more. */
const CUT = `[...document.querySelectorAll('main *, header *')].filter((e) =>
  e.getBoundingClientRect().right > innerWidth + 1 && e.closest('.scroll, pre') === null).map((e) => e.outerHTML.slice(0, 80))`;

async function open(page: Page, url: string): Promise<void> {
  const loaded = page.next('Page.loadEventFired');
  await page.send('Page.navigate', { url });
  await loaded;
}

/** The brightness of a colour as the browser writes it, from 0 to 255. */
const brightness = (css: unknown): number => {
  const [red = 0, green = 0, blue = 0] = String(css).match(/\d+/g)?.map(Number) ?? [];
  return 0.3 * red + 0.6 * green + 0.1 * blue;
};

test('a browser shows the page from a file: nothing loaded, nothing said, light and dark, wide and narrow', async (context) => {
  if (browser === null) {
    const reason =
      'there is no Chromium: install one (on Debian: apt-get install chromium), or name it in DESCENT_CHROMIUM';
    console.log(`the report in a browser: not run, since ${reason}`);
    return context.skip(reason);
  }
  const file = join(mkdtempSync(join(tmpdir(), 'descent-report-')), 'report.html');
  // A picture that is one: a grey pixel.
  const grey =
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';
  const mistakes = Array.from({ length: 20 }, (_, index) => ({
    index,
    label: 0,
    predicted: 2,
    probability: 0.9,
    image: grey,
  }));
  const page = renderReport({ ...INPUT, evaluation: { ...EVALUATION, mistakes } });
  writeFileSync(file, page);
  const url = pathToFileURL(file).href;

  await withPage(browser, async (tab) => {
    for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await tab.send(`${domain}.enable`);
    for (const scheme of ['light', 'dark']) {
      await tab.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
      for (const width of scheme === 'light' ? [1280, 768, 390] : [1280, 390]) {
        await tab.send('Emulation.setDeviceMetricsOverride', {
          width,
          height: 844,
          deviceScaleFactor: 1,
          mobile: width < 600,
        });
        await open(tab, url);
        // The style is allowed and works; nothing sticks out sideways.
        const ground = await tab.evaluate('getComputedStyle(document.body).backgroundColor');
        const ink = await tab.evaluate('getComputedStyle(document.body).color');
        expect(brightness(ground) > brightness(ink)).toBe(scheme === 'light');
        expect(Math.abs(brightness(ground) - brightness(ink))).toBeGreaterThan(180);
        expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect(await tab.evaluate('document.images.length')).toBe(21);
        expect(await tab.evaluate('[...document.images].every((i) => i.naturalWidth > 0)')).toBe(true);
        expect(await tab.evaluate('document.querySelector("h1").textContent')).toBe(INPUT.title);
        expect(await tab.evaluate(CUT)).toEqual([]);
        if (width === 390) expect(await seriousOf(tab)).toEqual([]);
        // What was trained, how good it is, whether to trust it and what to do next, in this order and above all else.
        const tops = (await tab.evaluate(
          '["h1", ".lead", ".tiles", ".verdict", "#course"].map((of) => document.querySelector(of).getBoundingClientRect().top)',
        )) as readonly number[];
        expect(tops).toEqual([...tops].sort((a, b) => a - b));
        if (width === 1280)
          expect(await tab.evaluate('document.querySelector(".verdict").getBoundingClientRect().bottom')).toBeLessThan(
            900,
          );
        // Twenty mistakes take the place of nine.
        if (width === 390)
          expect(await tab.evaluate('document.querySelector("#mistakes").offsetHeight')).toBeLessThan(800);
      }
    }
    // The values of an epoch appear under the pointer.
    const shown = 'getComputedStyle(document.querySelectorAll(".hover")[1].querySelector(".tip")).opacity';
    expect(await tab.evaluate(shown)).toBe('0');
    await tab.evaluate('document.querySelector(".chart").scrollIntoView()');
    const place = await tab.evaluate(
      '(() => { const r = document.querySelectorAll(".hover")[1].querySelector(".zone").getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()',
    );
    const [x, y] = place as [number, number];
    await tab.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y });
    expect(await tab.evaluate(shown)).toBe('1');

    const requests = tab.events('Network.requestWillBeSent').map((e) => (e['request'] as { url: string }).url);
    expect(requests.filter((address) => address.startsWith('file:'))).toEqual(new Array(5).fill(url));
    expect(requests.filter((address) => !/^(file|data):/.test(address))).toEqual([]);
    expect(tab.events('Log.entryAdded')).toEqual([]);
    expect(tab.events('Runtime.consoleAPICalled')).toEqual([]);
    expect(tab.events('Runtime.exceptionThrown')).toEqual([]);

    // The policy is in force: a script that somebody adds does not run.
    await tab.evaluate(
      'document.body.append(Object.assign(document.createElement("script"), { textContent: "globalThis.ran = true" }))',
    );
    expect(await tab.evaluate('String(globalThis.ran)')).toBe('undefined');
  });
}, 120_000);
