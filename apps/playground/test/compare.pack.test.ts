import { findBrowser } from '@descent/conformance/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlayground, type Playground } from './open-page.ts';

const browser = findBrowser();

const EXPERIMENT = {
  model: [['rescale', 1 / 255], 'flatten', ['linear', 784, 10]],
  data: { name: 'mnist-sample' },
  optimizer: ['sgd', { lr: 0.1 }],
  batchSize: 500,
  epochs: 1,
  seed: 0,
  backend: 'onnx:wasm',
};

/** Losses of the table on held-out data, in the order of the runs. */
function finalLosses(page: Page): Promise<string[]> {
  return page.locator('.compare-final').allTextContents();
}

async function untilDone(page: Page): Promise<void> {
  await page.getByText('5 trainings are done.', { exact: true }).waitFor({ timeout: 120_000 });
}

describe.skipIf(browser === null)('the comparison (skipped where there is no Chromium)', () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await openPlayground(browser as string);
  });
  afterAll(() => playground.close());

  test('trains the learning rates of the notes by one click, and a link to it gives the same numbers', async () => {
    const code = Buffer.from(JSON.stringify(EXPERIMENT)).toString('base64url');
    const page = await playground.open({ place: `/compare?${code}` });
    await page.getByRole('button', { name: 'Learning rates 0.01' }).click();
    await untilDone(page);
    const losses = await finalLosses(page);
    expect(losses).toHaveLength(5);
    expect(new Set(losses).size).toBe(5);
    for (const loss of losses) expect(Number(loss)).toBeGreaterThan(0.1);
    expect(await page.locator('.chart-plot .curve').count()).toBe(5);
    const curves = await page.locator('.chart-plot .curve').evaluateAll((all) => all.map((c) => c.getAttribute('d')));
    for (const curve of curves) expect(curve?.split('L')).toHaveLength(16);

    const second = await playground.open({ place: page.url().split('#')[1] ?? '' });
    // The address is read after the page has loaded.
    await second.locator('.compare-final').first().waitFor();
    expect(await finalLosses(second)).toEqual(['–', '–', '–', '–', '–']);
    await second.getByRole('button', { name: 'Train all' }).click();
    await untilDone(second);
    expect(await finalLosses(second)).toEqual(losses);
  });

  test('refuses the state of another network, and says why', async () => {
    const page = await playground.open({ place: '/compare' });
    await page.getByRole('button', { name: 'give its state to 784-32-16-10' }).click();
    await page.getByText('The second network refuses it: StateError').waitFor({ timeout: 60_000 });
    expect(await page.getByRole('alert').textContent()).toContain('parameters');
  });
});
