import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from '@descent/conformance/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlayground, type Playground } from './open-page.ts';

const browser = findBrowser();

describe.skipIf(browser === null)(
  'the page on a host that sends no headers (skipped where there is no Chromium)',
  () => {
    let playground: Playground;
    let page: Page;
    beforeAll(async () => {
      playground = await openPlayground(browser as string, [], { path: '/course/page/', isolates: false });
      page = await playground.open({ place: '/train', offline: true });
      await page.evaluate(async () => {
        await navigator.serviceWorker.ready;
        const { serviceWorker } = navigator;
        if (serviceWorker.controller === null) {
          await new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
        }
      });
    });
    afterAll(() => playground.close());

    test('gets threads at the second visit, from its service worker', async () => {
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
      await page.reload();
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    });

    test('takes up a new version when it is told to, and keeps the engine that is the same in both', async () => {
      expect(await trainOneStep(page)).toBeCloseTo(2.3, 1);
      const before = playground.host.asked.filter((path) => path.endsWith('.wasm'));
      expect(before).toHaveLength(1);
      publishNextVersion(playground.folder);
      await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
      await page.getByRole('button', { name: 'Load it' }).click();
      await page.waitForFunction(
        () => document.querySelector('meta[name="version"]')?.getAttribute('content') === 'next',
      );
      expect(await page.evaluate(async () => (await caches.keys()).map((name) => name.split(' ').at(-1)))).toEqual([
        'next',
      ]);
      expect(await trainOneStep(page)).toBeCloseTo(2.3, 1);
      expect(playground.host.asked.filter((path) => path.endsWith('.wasm'))).toEqual(before);
    });

    test('opens, shows every view and trains without a network', async () => {
      await playground.host.close();
      await page.reload();
      for (const name of ['Build', 'Compare', 'Look inside', 'Use', 'Glossary', 'Train']) {
        await page.getByRole('link', { name, exact: true }).click();
        await page.locator('main :is(h1, h2, p)').first().waitFor();
      }
      expect(await trainOneStep(page)).toBeCloseTo(2.3, 1);
    });
  },
);

/** The loss of the first batch, which the bar shows. */
async function trainOneStep(page: Page): Promise<number> {
  await page.getByRole('button', { name: /^One step/ }).click();
  const loss = page
    .locator('.transport')
    .getByText(/^\d\.\d{4}$/)
    .first();
  await loss.waitFor();
  return Number(await loss.textContent());
}

/** What a host has after another build whose files have the same content but for the page. */
function publishNextVersion(folder: string): void {
  edit(join(folder, 'index.html'), '<head>', '<head><meta name="version" content="next">');
  const script = join(folder, 'service-worker.js');
  edit(script, /version:`[0-9a-f]{16}`/, 'version:`next`');
}

function edit(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(file, 'utf8');
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  writeFileSync(file, edited);
}
