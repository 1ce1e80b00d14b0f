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

  test('the picture of the network is drawn when it is asked for, and can be saved', async () => {
    const page = await playground.open({ place: '/build', width: 390, colors: 'dark' });
    await page.getByRole('button', { name: 'Picture of the network' }).click();
    const picture = page.locator('.network-picture svg');
    await picture.waitFor();
    expect(await picture.locator('g.layer').count()).toBe(5);
    expect(await picture.locator('path.edge').count()).toBe(6);
    expect(await picture.locator('g.layer').nth(2).textContent()).toContain('linear');
    // It takes the colour of the page around it.
    const [ink, page_] = await page.evaluate(() => [
      getComputedStyle(document.querySelector('.network-picture text') as Element).fill,
      getComputedStyle(document.querySelector('.dialog') as Element).color,
    ]);
    expect(ink).toBe(page_);
    const link = page.locator('.dialog a[download="network.svg"]');
    expect(decodeURIComponent((await link.getAttribute('href')) ?? '')).toMatch(
      /^data:image\/svg\+xml;charset=utf-8,<svg /,
    );
    await page.context().close();
  });

  test('blocks are moved with keys and with the pointer, and undo brings them back', async () => {
    const page = await playground.open({ place: '/build' });
    const names = async (): Promise<readonly string[]> =>
      (await modelOf(page)).map((call) => (Array.isArray(call) ? (call[0] as string) : (call as string)));
    const grip = (index: number) => page.locator(`[data-block="${index}"] .block-grip`);
    const first = ['rescale', 'flatten', 'linear', 'relu', 'linear'];
    const moved = ['rescale', 'flatten', 'linear', 'linear', 'relu'];
    await grip(3).focus();
    await page.keyboard.press('Alt+ArrowDown');
    expect(await names()).toEqual(moved);
    await page.getByText('relu is now block 5').waitFor();
    // The focus goes with the block, so that the next key moves it on.
    expect(await grip(4).evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Alt+ArrowUp');
    expect(await names()).toEqual(first);
    await page.keyboard.press('Control+z');
    expect(await names()).toEqual(moved);
    await page.keyboard.press('Control+Shift+z');
    expect(await names()).toEqual(first);

    const from = (await grip(3).boundingBox())!;
    const onto = (await page.locator('[data-block="1"] > .block-card').boundingBox())!;
    const start = { x: from.x + from.width / 2, y: from.y + from.height / 2 };
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    await page.mouse.move(start.x, onto.y + 4, { steps: 6 });
    await page.locator('.drop-gap').waitFor();
    await page.mouse.up();
    expect(await names()).toEqual(['rescale', 'relu', 'flatten', 'linear', 'linear']);
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await names()).toEqual(first);

    // Arrows of the block do the same, and the first one has none up.
    expect(await page.getByRole('button', { name: 'Move rescale up' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Move rescale down' }).click();
    expect(await names()).toEqual(['flatten', 'rescale', 'linear', 'relu', 'linear']);
    await page.context().close();
  });

  test('a layer is found by a word, added with Enter where it was asked for, and says when it does not fit', async () => {
    const page = await playground.open({ place: '/build' });
    await page.getByRole('button', { name: 'Add a layer behind flatten' }).focus();
    await page.keyboard.press('Enter');
    const field = page.getByRole('searchbox', { name: 'Find a layer' });
    await field.fill('压缩 1');
    const layers = page.locator('.palette-layer');
    await page.waitForFunction(() => document.querySelectorAll('.palette-layer').length < 10);
    expect(await layers.locator('strong').allTextContents()).toContain('tanh');
    await field.fill('no such layer');
    await page.getByText('No layer has “no such layer”').waitFor();
    await field.fill('');
    // The keys go from the field into the groups; a group folds.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await layers.filter({ hasText: 'weighted sums' }).waitFor({ state: 'hidden' });
    await field.fill('conv2');
    await field.press('Enter');
    expect((await modelOf(page))[2]).toMatchObject({ 0: 'conv2d' });
    await page.waitForFunction(() => document.activeElement?.closest('[data-block="2"]') !== null);
    await page.locator('[data-block="2"]').getByText('conv2d expects a picture').waitFor();
    await page.context().close();
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
