import { findBrowser } from '@descent/conformance/browser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlayground, type Playground } from './open-page.ts';

const browser = findBrowser();

describe.skipIf(browser === null)('the page (skipped where there is no Chromium)', () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await openPlayground(browser as string);
  });
  afterAll(() => playground.close());

  test('takes the language of the browser, and another when it is chosen', async () => {
    const page = await playground.open({ locale: 'zh-CN' });
    await page.getByRole('link', { name: '训练' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-Hans');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('link', { name: 'Train' }).waitFor();
    expect(await page.title()).toContain('playground');
  });

  test('keeps what it shows in the address', async () => {
    const page = await playground.open({ place: '/train' });
    await page.getByRole('link', { name: 'Use' }).click();
    await page.waitForURL(/#\/use\?/);
    await page.locator('nav a[aria-current="page"]', { hasText: 'Use' }).waitFor();
    await page.goBack();
    await page.waitForURL(/#\/train/);
    // The address is read before the page follows it.
    await page.locator('nav a[aria-current="page"]', { hasText: 'Train' }).waitFor();
  });

  test('goes to another view at once, so that nothing that is typed then is undone', async () => {
    const page = await playground.open({ place: '/build' });
    const link = page.locator('nav a', { hasText: 'Train' });
    const current = await link.evaluate(async (a: HTMLElement) => {
      a.click();
      // The page is drawn at the end of this turn.
      await new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => resolve(null))));
      return a.getAttribute('aria-current');
    });
    expect(current).toBe('page');
    const epochs = page.getByRole('textbox', { name: 'Epochs', exact: true });
    await epochs.fill('40');
    await epochs.press('Enter');
    await page.waitForURL(/#\/train\?/);
    await page.goBack();
    await page.locator('nav a[aria-current="page"]', { hasText: 'Build' }).waitFor();
    await page.goForward();
    await page.locator('nav a[aria-current="page"]', { hasText: 'Train' }).waitFor();
    expect(await epochs.inputValue()).toBe('40');
  });
});
