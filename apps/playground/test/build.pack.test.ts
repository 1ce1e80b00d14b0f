import { findBrowser } from '@descent/conformance/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodePlace } from '../src/state/url.ts';
import { openPlayground, type Playground } from './open-page.ts';

const browser = findBrowser();

/** The network as the page's address says it. */
async function modelOf(page: Page): Promise<readonly unknown[]> {
  // The address follows in the next turn.
  await page.waitForTimeout(50);
  const { experiment, problem } = await decodePlace(new URL(page.url()).hash);
  expect(problem).toBeNull();
  return experiment.model;
}

describe.skipIf(browser === null)('building in the page (skipped where there is no Chromium)', () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await openPlayground(browser as string);
  });
  afterAll(() => playground.close());

  test('a wrong number stands on its block with its arithmetic, and a click mends it', async () => {
    const page = await playground.open({ place: '/build' });
    await page.getByLabel('inputs').first().fill('700');
    await page.keyboard.press('Enter');
    const problem = page.getByText('linear expects 700 numbers a sample; 1 × 28 × 28 = 784 arrive.');
    await problem.waitFor();
    await page.getByRole('button', { name: 'Set inputs to 784' }).click();
    await problem.waitFor({ state: 'detached' });
    expect((await modelOf(page))[2]).toEqual(['linear', 784, 256]);
  });

  test('a config is taken or refused with the reason, and given back as TypeScript', async () => {
    const page = await playground.open({ place: '/build' });
    await page.getByRole('button', { name: 'Open a config' }).click();
    const field = page.getByRole('textbox', { name: 'Or paste a config in JSON' });
    await field.fill('{ "model": ["tanh"], "data": "mnist" }');
    await page.getByRole('button', { name: 'Take it' }).click();
    await page.getByText('optimizer: missing').waitFor();
    await field.fill(
      '{ "model": [["linear", 2, 2]], "data": "xor", "optimizer": ["adam", { "lr": 0.02 }], "out": "runs/x" }',
    );
    await page.getByRole('button', { name: 'Take it' }).click();
    await page.getByText('The page has no use for out.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Config and code' }).click();
    expect(await page.locator('.config-code').textContent()).toContain('optimizer: adam({ lr: 0.02 })');
    expect(await modelOf(page)).toEqual([['linear', 2, 2]]);
  });

  test('a broken link says so, and the page begins as usual', async () => {
    const page = await playground.open({ place: '/build?e30' });
    await page.getByText('The link could not be read').waitFor();
    await page.getByText('model: missing').waitFor();
    await page.getByRole('button', { name: 'All right' }).click();
    expect((await modelOf(page)).length).toBe(5);
  });
});
