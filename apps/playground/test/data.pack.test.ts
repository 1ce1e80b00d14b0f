import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findBrowser } from '@descent/conformance/browser';
import { imageFolder, pngBytes } from '@descent/datasets';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openPlayground, type Playground } from './open-page.ts';

const browser = findBrowser();
const CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
const SIDE = 20;

interface GivenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A picture whose pixels are `from`, `from + 1`, … */
async function picture(name: string, from: number): Promise<GivenFile> {
  const data = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (from + i) % 256);
  const png = await pngBytes({ dtype: 'uint8', shape: [1, 1, SIDE, SIDE], data });
  return { name, mimeType: 'image/png', buffer: Buffer.from(png) };
}

describe.skipIf(browser === null)('data in the page (skipped where there is no Chromium)', () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await openPlayground(browser as string, CAMERA);
  });
  afterAll(() => playground?.close());

  test('points follow what they are drawn from', async () => {
    const page = await opened(playground);
    await page.getByRole('tab', { name: 'Points' }).click();
    await page.getByRole('img', { name: 'Moons: 240 points to train' }).waitFor();
    await page.getByRole('button', { name: 'Blobs' }).click();
    await page.getByRole('slider', { name: 'Points' }).fill('600');
    await page.getByRole('img', { name: 'Blobs: 480 points to train, filled, and 120 to test' }).waitFor();
    expect(dataOf(page)).toEqual({ name: 'blobs', samples: 600, noise: 0.1, seed: 0 });
  });

  test('a table is dropped, divided, and there again after a reload', async () => {
    const page = await opened(playground);
    await page.getByRole('tab', { name: 'Own table' }).click();
    const rows = Array.from(
      { length: 50 },
      (_, i) => `${i / 2};${i % 2 === 0 ? 'red' : 'blue'};${i % 3 === 0 ? 'yes' : 'no'}`,
    );
    const csv = Buffer.from(`size;colour;label\n${rows.join('\n')}\n`);
    await page.getByLabel('CSV or TSV file').setInputFiles({ name: 'leaves.csv', mimeType: 'text/csv', buffer: csv });
    const summary = page.getByText('40 rows to train, 10 to test, 3 inputs · Classes: no, yes');
    await summary.waitFor();
    expect(dataOf(page)).toEqual({
      ...{ csv: 'leaves.csv', target: 'label', task: 'classification' },
      ...{ oneHot: ['colour'], delimiter: ';', test: 0.2 },
    });
    expect(await page.getByRole('row').nth(1).getByRole('cell').allTextContents()).toEqual(['0', 'red', 'yes']);
    await page.getByRole('checkbox', { name: 'Use colour as an input' }).uncheck();
    await page.getByText('40 rows to train, 10 to test, 1 inputs').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Choose data' }).click();
    await page.getByText('40 rows to train, 10 to test, 1 inputs').waitFor();
    await page.getByLabel('Column to predict').selectOption('size');
    await page.getByRole('button', { name: 'numbers', pressed: true }).waitFor();
    await page.getByText('40 rows to train, 10 to test, 4 inputs').waitFor();
  });

  test('pictures are added by class, stay, and come out as a folder that the command reads', async () => {
    const page = await opened(playground);
    await page.getByRole('tab', { name: 'Own pictures' }).click();
    const card = (name: string) => page.getByRole('region', { name: `Class ${name}` });
    for (const name of ['bright', 'dark']) {
      await page.getByRole('button', { name: 'Add a class' }).click();
      const field = card('class').getByLabel('Class', { exact: true });
      await field.fill(name);
      await field.press('Enter');
      await card(name).waitFor();
    }
    const broken = { name: 'torn.png', mimeType: 'image/png', buffer: Buffer.from('\x89PNG\r\n\x1a\n torn') };
    const files = await Promise.all([0, 1, 2].map((i) => picture(`${i}.png`, i)));
    await card('dark')
      .locator('input[type=file]')
      .setInputFiles([...files, broken]);
    await card('dark').getByText('3 pictures').waitFor();
    await page.getByText('torn.png: this is no picture that the browser opens').waitFor();
    const bright = await Promise.all([200, 210].map((i) => picture(`${i}.png`, i)));
    await card('bright').locator('input[type=file]').setInputFiles(bright);
    await card('bright').getByText('2 pictures').waitFor();
    const images = { images: 'my pictures', width: 32, height: 32, channels: 3, test: 0.2 };
    expect(dataOf(page)).toEqual(images);

    await page.reload();
    await page.getByRole('button', { name: 'Choose data' }).click();
    await card('dark').getByText('3 pictures').waitFor();
    await card('dark').getByRole('img', { name: '2.png' }).waitFor();
    await card('bright')
      .locator('input[type=file]')
      .setInputFiles([await picture('220.png', 220)]);
    await card('bright').getByText('3 pictures').waitFor();
    await card('dark').getByRole('button', { name: 'Remove 1.png' }).click();
    await card('dark').getByText('2 pictures').waitFor();

    const archive = await exported(page);
    const folder = mkdtempSync(join(tmpdir(), 'descent-pictures-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const [path, bytes] of archive) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const read = await imageFolder(folder, { width: SIDE, height: SIDE });
    expect(read.classes).toEqual(['bright', 'dark']);
    const first = Array.from(read.y.data, (label, row) => [label, ...read.x.data.slice(400 * row, 400 * row + 2)]);
    expect(first).toEqual([
      [0, 200, 201],
      [0, 210, 211],
      [0, 220, 221],
      [1, 0, 1],
      [1, 2, 3],
    ]);

    // The archive comes back into a set of its own.
    const zip = { name: 'again.zip', mimeType: 'application/zip', buffer: await readFile(archive.file) };
    await page.getByRole('button', { name: 'New set' }).click();
    await page.getByLabel('Import a zip').setInputFiles(zip);
    await card('bright').getByText('3 pictures').waitFor();
    await card('dark').getByText('2 pictures').waitFor();
    expect(dataOf(page)).toEqual({ ...images, images: 'my pictures-2' });
  });

  test('the camera takes pictures while its button is held', async () => {
    const page = await opened(playground);
    await page.getByRole('tab', { name: 'Own pictures' }).click();
    await page.getByRole('button', { name: 'Add a class' }).click();
    const card = page.getByRole('region', { name: 'Class class' });
    await card.getByRole('button', { name: 'Camera' }).click();
    await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0);
    const hold = card.getByRole('button', { name: 'Hold to take pictures' });
    await hold.focus();
    await page.keyboard.down(' ');
    await card.getByText(/^[3-9] pictures$/).waitFor();
    await page.keyboard.up(' ');
    const image = card.getByRole('img').first();
    await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.thumbnail img')?.naturalWidth === 224);
    expect(await image.getAttribute('alt')).toMatch(/^camera-\d{8}-\d{6}-\d{3}\.png$/);
  });
});

/** The page with the choices of data open. */
async function opened(playground: Playground): Promise<Page> {
  const page = await playground.open({ place: '/build' });
  await page.getByRole('button', { name: 'Choose data' }).click();
  return page;
}

/** The data of the experiment in the address of a page. */
function dataOf(page: Page): unknown {
  const code = new URL(page.url()).hash.split('?')[1] ?? '';
  return (JSON.parse(Buffer.from(code, 'base64url').toString()) as { readonly data: unknown }).data;
}

/** The members of the archive that the page gives, and the file that it is in. */
async function exported(page: Page): Promise<Map<string, Uint8Array> & { file: string }> {
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export as zip' }).click();
  const download = await waiting;
  expect(download.suggestedFilename()).toBe('my pictures.zip');
  const file = await download.path();
  const zip = new ZipReader(new Uint8ArrayReader(new Uint8Array(await readFile(file))));
  const members = new Map<string, Uint8Array>();
  for (const entry of await zip.getEntries()) {
    if (!entry.directory) members.set(entry.filename, await entry.getData(new Uint8ArrayWriter()));
  }
  await zip.close();
  return Object.assign(members, { file });
}
