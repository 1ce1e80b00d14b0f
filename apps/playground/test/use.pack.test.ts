import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadOnnx } from '@descent/backend-onnx';
import { findBrowser } from '@descent/conformance/browser';
import type { NDArray } from '@descent/core';
import { describeDatasets, mnistSample, prepareImage } from '@descent/datasets';
import { confusionMatrix } from '@descent/runs/scores';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unzipped } from '../src/files/zip.ts';
import { DEFAULT_EXPERIMENT } from '../src/state/experiment.ts';
import { encodePlace } from '../src/state/url.ts';
import { openPlayground, type Playground } from './open-page.ts';

const browser = findBrowser();
const MAIN = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));
const { pictures } = describeDatasets().find(({ id }) => id === 'mnist-sample')!;

describe.skipIf(browser === null)('the Use view (skipped where there is no Chromium)', () => {
  let playground: Playground;
  let page: Page;
  let folder = '';
  /** What the page computed from the drawing, and the drawing. */
  let drawn: { readonly x: NDArray; readonly png: Uint8Array; readonly probabilities: readonly number[] };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'descent-use-'));
    playground = await openPlayground(browser as string);
    const experiment = { ...DEFAULT_EXPERIMENT, epochs: 2 };
    page = await playground.open({ place: encodePlace({ view: 'use', experiment }) });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await playground.close();
  });

  async function shares(): Promise<number[]> {
    const titles = await page.locator('.use-share').evaluateAll((all) => all.map((one) => one.getAttribute('title')));
    return titles.map(Number);
  }
  /** Until the network has said what it makes of what was asked last. */
  async function answered(): Promise<void> {
    await page.locator('.use-answer[data-busy=false] .use-top').waitFor({ timeout: 60_000 });
  }
  async function download(button: Locator): Promise<Uint8Array> {
    const found = page.waitForEvent('download');
    await button.click();
    return new Uint8Array(readFileSync((await (await found).path()) as string));
  }
  async function open(name: string, buffer: Uint8Array): Promise<void> {
    await page
      .getByLabel('Open a file')
      .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(buffer) });
  }

  test('a stroke of the pointer becomes the numbers that descent predict makes of it', async () => {
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    const pad = (await page.locator('.pad').boundingBox())!;
    const x = pad.x + 0.7 * pad.width;
    await page.mouse.move(x, pad.y + 0.2 * pad.height);
    await page.mouse.down();
    for (let i = 1; i <= 10; i++) await page.mouse.move(x - i, pad.y + (0.2 + 0.05 * i) * pad.height);
    await page.mouse.up();
    await page.getByText('All epochs are done').waitFor({ timeout: 120_000 });
    await answered();
    await page.locator('summary').click();
    // The numbers are made once they are to be seen.
    await page.locator('.use-pixels').waitFor();
    const cells = await page.locator('.use-pixels td').allTextContents();
    const href = (await page.locator('.use-save').getAttribute('href'))!;
    const png = Uint8Array.from(
      await page.evaluate(async (address) => [...new Uint8Array(await (await fetch(address)).arrayBuffer())], href),
    );
    const prepared = await prepareImage(png, { ...pictures!, fit: 'mnist' });
    expect(prepared.inverted).toBe(true);
    expect(cells.map(Number)).toEqual([...prepared.x.data]);
    expect(Math.max(...prepared.x.data)).toBe(255);
    drawn = {
      x: { dtype: 'uint8', shape: [1, 1, 28, 28], data: prepared.x.data as Uint8Array },
      png,
      probabilities: await shares(),
    };
    expect(await page.locator('.use-top strong').textContent()).toBe('1');
  });

  test('the downloaded ONNX file says the same in Node, and so does its confusion matrix', async () => {
    const bytes = await download(page.getByRole('button', { name: 'ONNX model' }));
    await page.getByText('The file was run in a fresh session').waitFor();
    const model = await loadOnnx(bytes);
    expect(model.labels).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(model.preprocessing).toEqual(pictures);
    const [answer] = await model.topK(drawn.x, 10);
    for (const { label, probability } of answer!)
      expect(Math.abs(probability - drawn.probabilities[Number(label)]!)).toBeLessThan(1e-5);

    const test = await mnistSample({ train: false });
    const best = (await model.topK(test.x, 1)).map(([first]) => Number(first!.label));
    await page.getByRole('button', { name: 'Evaluate' }).click();
    await page.locator('.confusion').waitFor({ timeout: 60_000 });
    const counts = await page.locator('.confusion button').allTextContents();
    expect(counts.map(Number)).toEqual(confusionMatrix(test.y.data as Int32Array, best, 10).flat());
    model.dispose();

    // It can be opened again, and is asked instead of the network.
    await open('again.onnx', bytes);
    await page.getByText('again.onnx answers here').waitFor({ timeout: 60_000 });
    await answered();
    for (const [c, share] of (await shares()).entries())
      expect(Math.abs(share - drawn.probabilities[c]!)).toBeLessThan(1e-5);
    await page.getByRole('button', { name: 'Ask the network of this page again' }).click();
  });

  test('a mistake goes into the pad with a click', async () => {
    const mistake = page.locator('.use-grid button').first();
    const name = (await mistake.locator('.visually-hidden').textContent())!;
    await mistake.click();
    await page.getByText(`Sample ${/\d+/.exec(name)![0]} of the set`).waitFor();
    expect(name).toContain(`predicted ${await page.locator('.use-top strong').textContent()}`);
  });

  test('the downloaded zip is a run of the command, and opens in the page', async () => {
    const zip = await download(page.getByRole('button', { name: 'Run folder (zip)' }));
    for (const [path, bytes] of await unzipped(zip, 'run.zip', () => true)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    writeFileSync(join(folder, 'digit.png'), drawn.png);
    const argv = ['predict', 'mnist-sample', 'digit.png', '--fit', 'mnist', '--json', '--top', '10'];
    const said = execFileSync(process.execPath, [MAIN, ...argv], { cwd: folder, encoding: 'utf8' });
    for (const { label, probability } of JSON.parse(said)[0].predictions)
      expect(Math.abs(probability - drawn.probabilities[label]!)).toBeLessThan(1e-5);
    await open('run.zip', zip);
    await page.getByText('The run run.zip is open').waitFor();
  });

  test('hostile files give a notice', async () => {
    await open(
      'model.onnx',
      Uint8Array.from({ length: 64 }, (_, i) => (i === 0 ? 8 : 255)),
    );
    await page.getByRole('alert').filter({ hasText: 'model' }).first().waitFor();
    await open('x.json', new TextEncoder().encode('{ "model": ['));
    await page.getByRole('alert').filter({ hasText: 'the config is not JSON' }).waitFor();
  });
});
