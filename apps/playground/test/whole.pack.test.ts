import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, loadavg } from 'node:os';
import { findBrowser } from '@descent/conformance/browser';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VIEW_NAMES } from '../src/views/view.ts';
import { openPlayground, type Playground } from './open-page.ts';

const browser = findBrowser();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WANTED_ACCURACY = 0.93;
const MOST_SECONDS = 60;
/** A machine that computes other things as well takes as many times longer as there are processes for each of its cores. */
const PATIENCE = Math.max(1, (loadavg()[0] as number) / availableParallelism());

/** Windows, colours and languages that every view is looked at in: all that differ on a tablet, and half of them on a phone and a wide screen. */
const LOOKS = [
  { width: 390, colors: 'light', language: '中文' },
  { width: 390, colors: 'dark', language: 'English' },
  { width: 768, colors: 'dark', language: 'English' },
  { width: 768, colors: 'light', language: 'English' },
  { width: 768, colors: 'light', language: '中文' },
  { width: 768, colors: 'dark', language: '中文' },
  { width: 1280, colors: 'dark', language: '中文' },
  { width: 1280, colors: 'light', language: 'English' },
] as const;
const AXE_LIMIT = 240_000;

/** What layout shifts a page may have while it trains: those that nobody sees. */
const MOST_SHIFT = 0.01;

describe.skipIf(browser === null)('the whole page (skipped where there is no Chromium)', () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await openPlayground(browser as string);
  });
  afterAll(() => playground.close());

  test(
    'axe finds nothing serious in any view, nothing is cut off: in both languages, light and dark, on three widths',
    async () => {
      const page = await playground.open({ height: 844 });
      // As code of the debugger: the page's own policy lets no foreign script in.
      await page.evaluate(AXE);
      const found: string[] = [];
      for (const name of VIEW_NAMES) {
        await show(page, name);
        for (const { width, colors, language } of LOOKS) {
          await page.setViewportSize({ width, height: 844 });
          // Without motion: a background that still fades has other contrasts.
          await page.emulateMedia({ colorScheme: colors, reducedMotion: 'reduce' });
          await page.getByRole('button', { name: language }).click();
          await page.getByRole('button', { name: language, pressed: true }).waitFor();
          const look = `${name} ${width} ${colors} ${language}`;
          found.push(...(await seriousOf(page)).map((text) => `${look}: ${text}`));
          const { wide, most } = await page.evaluate(() => ({
            wide: document.documentElement.scrollWidth,
            most: document.documentElement.clientWidth,
          }));
          if (wide > most) found.push(`${look}: wider than the window by ${wide - most} pixels`);
        }
      }
      expect(found).toEqual([]);
      await page.context().close();
    },
    AXE_LIMIT,
  );

  test('the first experiment reaches 93 % on wasm within a minute, and moves nothing on the page while it trains', async () => {
    const page = await playground.open({ place: '/train' });
    await page.locator('.transport').waitFor();
    await page.evaluate(() => {
      const shifts: number[] = [];
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: 'layout-shift', buffered: false });
    });
    const start = Date.now();
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    const seconds = (): number => (Date.now() - start) / 1000;
    await page
      .locator('.transport-status')
      .getByText('All epochs are done')
      .waitFor({ timeout: 1000 * MOST_SECONDS * PATIENCE });
    const took = seconds();
    expect(took).toBeLessThan(MOST_SECONDS * PATIENCE);
    const accuracy = await testAccuracy(page);
    console.log(
      `the page: ${(100 * accuracy).toFixed(1)} % in ${took.toFixed(1)} s, from the click to the last epoch, with the engine loaded anew, at ${PATIENCE.toFixed(1)} processes a core`,
    );
    expect(accuracy).toBeGreaterThanOrEqual(WANTED_ACCURACY);
    const shift = await page.evaluate(() =>
      (globalThis as unknown as { shifts: number[] }).shifts.reduce((a, b) => a + b, 0),
    );
    expect(shift).toBeLessThan(MOST_SHIFT);
    await page.context().close();
  });

  test('a term is explained beside its word, by keyboard', async () => {
    const page = await playground.open({ place: '/inside' });
    const word = page.locator('button.term').first();
    await word.focus();
    await page.keyboard.press('Enter');
    const popover = page.getByRole('dialog');
    await popover.waitFor();
    expect(await popover.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Escape');
    await popover.waitFor({ state: 'hidden' });
    expect(await word.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.context().close();
  });

  test('the glossary is searched in both languages', async () => {
    const page = await playground.open({ place: '/glossary' });
    await page.getByRole('searchbox').fill('学习率');
    await page.getByRole('heading', { name: 'learning rate', exact: true }).waitFor();
    expect(await page.getByRole('heading', { name: 'tensor', exact: true }).count()).toBe(0);
    await page.getByRole('searchbox').fill('no such word');
    await page.getByText('No term has “no such word”').waitFor();
    await page.context().close();
  });
});

async function show(page: Page, name: string): Promise<void> {
  await page.locator(`.navigation a[href^="#/${name}?"]`).click();
  await page.locator(`.navigation a[href^="#/${name}?"][aria-current="page"]`).waitFor();
  await page.locator('main :is(h1, h2, p)').first().waitFor();
}

/** What axe calls serious or critical, with the first place of each. */
async function seriousOf(page: Page): Promise<readonly string[]> {
  const { violations } = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    return axe.run();
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help} at ${nodes[0]?.html} (${nodes.length} places)`);
}

/** The accuracy on the test set that the bar shows. */
async function testAccuracy(page: Page): Promise<number> {
  const text = await page.locator('.transport [data-kind="test"] dd').textContent();
  return Number(text?.replace(' %', '')) / 100;
}
