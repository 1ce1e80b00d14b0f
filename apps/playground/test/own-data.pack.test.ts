import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from '@descent/conformance/browser';
import { pngBytes } from '@descent/datasets';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Experiment } from '../src/state/experiment.ts';
import { decodePlace } from '../src/state/url.ts';
import { openPlayground, type Playground } from './open-page.ts';

const browser = findBrowser();
/** So long a test may take on a machine that does other things as well. */
const LIMIT = 240_000;
const SIDE = 24;

/** Numbers from 0 to 1 that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (1_664_525 * state + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Bars that lie or stand, near the middle, on noise: told apart by their direction. */
async function bar(isUpright: boolean, seed: number): Promise<Uint8Array> {
  const next = numbers(seed);
  const at = 9 + Math.floor(6 * next());
  const data = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const along = isUpright ? i % SIDE : Math.floor(i / SIDE);
    return (Math.abs(along - at) < 2 ? 180 : 30) + Math.floor(50 * next());
  });
  return pngBytes({ dtype: 'uint8', shape: [1, 1, SIDE, SIDE], data });
}

/** Flowers of three kinds by two sizes that overlap a little, and a colour that says nothing. */
function table(): Buffer {
  const next = numbers(7);
  const rows = Array.from({ length: 300 }, (_, i) => {
    const kind = i % 3;
    const length = 2 + 2 * kind + next() + next();
    const width = 5 - 1.5 * kind + next() + next();
    return `${length.toFixed(2)},${width.toFixed(2)},${next() < 0.5 ? 'red' : 'blue'},${['ash', 'birch', 'cedar'][kind]}`;
  });
  return Buffer.from(`length,width,colour,kind\n${rows.join('\n')}\n`);
}

/** Reviews of two moods, which differ in their letters. */
function reviews(): Buffer {
  const next = numbers(11);
  const word = (letters: string): string =>
    Array.from({ length: 4 }, () => letters[Math.floor(letters.length * next())]).join('');
  const rows = Array.from({ length: 120 }, (_, i) => {
    const letters = i % 2 === 0 ? 'aeio' : 'uxyz';
    return `"${word(letters)} ${word(letters)}, ${i}",${i % 2 === 0 ? 'glad' : 'sad'}`;
  });
  return Buffer.from(`review,mood\n${rows.join('\n')}\n`);
}

async function experimentOf(page: Page): Promise<Experiment> {
  // The address follows in the next turn.
  await page.waitForTimeout(50);
  return (await decodePlace(new URL(page.url()).hash)).experiment;
}

async function show(page: Page, name: string): Promise<void> {
  await page.locator('nav').getByRole('link', { name, exact: true }).click();
}

/** Sets a field of the page, as one types. */
async function set(page: Page, name: string, value: string): Promise<void> {
  const field = page.getByRole('textbox', { name, exact: true });
  await field.fill(value);
  await field.press('Enter');
}

async function train(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.locator('.transport-status').getByText('All epochs are done').waitFor({ timeout: LIMIT });
}

/** The share of the held-out samples that the bar shows. */
async function accuracy(page: Page, kind: 'validation' | 'test'): Promise<number> {
  return Number.parseFloat((await page.locator(`.transport [data-kind="${kind}"] dd`).textContent()) ?? '') / 100;
}

/** The table of epochs in Train, but for the seconds: the same text means the same run. */
async function epochsOf(page: Page): Promise<readonly string[]> {
  const rows = await page.locator('section[aria-label="Epochs"] tbody tr').allInnerTexts();
  return rows.map((row) => row.replace(/\s\S+$/, ''));
}

async function download(page: Page, name: string): Promise<Buffer> {
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name }).click();
  return readFileSync(await (await waiting).path());
}

describe.skipIf(browser === null)('training on data of one’s own (skipped where there is no Chromium)', () => {
  let playground: Playground;
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'descent-own-'));
    playground = await openPlayground(browser as string);
  }, LIMIT);
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await playground?.close();
  });

  test(
    'texts are learned, and a text is asked in words',
    async () => {
      const page = await playground.open({ place: '/build' });
      await page.getByRole('button', { name: 'Choose data' }).click();
      await page.getByRole('tab', { name: 'Own texts' }).click();
      await page
        .getByLabel('CSV or TSV file')
        .setInputFiles({ name: 'reviews.csv', mimeType: 'text/csv', buffer: reviews() });
      await page.getByText('96 texts to train, 24 to test').waitFor();
      const { data, model } = await experimentOf(page);
      expect(data).toMatchObject({ texts: 'reviews.csv', text: 'review', target: 'mood', maxLength: 200 });
      // A network that takes them is there at once.
      expect(model[0]?.slice(0, 1)).toEqual(['embeddingBag']);
      await show(page, 'Train');
      await set(page, 'Epochs', '40');
      await set(page, 'Learning rate', '0.5');
      await train(page);
      expect(await accuracy(page, 'test')).toBeGreaterThan(0.9);
      await show(page, 'Use');
      await page.getByRole('textbox', { name: 'Write a text' }).fill('zzz zz');
      await page.locator('.use-top strong', { hasText: 'sad' }).waitFor();
      await show(page, 'Look inside');
      await page.getByRole('heading', { name: 'Look inside' }).waitFor();
      await page.context().close();
    },
    LIMIT,
  );

  test(
    'a table is learned, asked in Use, kept over a reload, and goes with the zip of the run',
    async () => {
      const page = await playground.open({ place: '/build' });
      await page.getByRole('button', { name: 'Choose data' }).click();
      await page.getByRole('tab', { name: 'Own table' }).click();
      const file = { name: 'trees.csv', mimeType: 'text/csv', buffer: table() };
      await page.getByLabel('CSV or TSV file').setInputFiles(file);
      await page.getByText('240 rows to train, 60 to test, 4 inputs').waitFor();
      await set(page, 'Held out to validate', '0.2');
      await show(page, 'Train');
      await set(page, 'Epochs', '40');
      await train(page);
      expect(await accuracy(page, 'validation')).toBeGreaterThan(0.9);
      const epochs = await epochsOf(page);
      expect(epochs).toHaveLength(40);
      const before = await experimentOf(page);
      expect(before).toMatchObject({ validation: 0.2, data: { csv: 'trees.csv', target: 'kind', oneHot: ['colour'] } });

      await show(page, 'Use');
      await set(page, 'length', '2.8');
      await set(page, 'width', '6.1');
      await page.locator('.use-top strong', { hasText: 'ash' }).waitFor();
      await set(page, 'length', '7.1');
      await set(page, 'width', '2.8');
      await page.locator('.use-top strong', { hasText: 'cedar' }).waitFor();
      await page.getByRole('textbox', { name: 'colour=blue' }).waitFor();
      const zip = await download(page, 'Run folder (zip)');

      // The same page later: the table is there, the network is to be trained again and becomes the same.
      await page.reload();
      await show(page, 'Train');
      await train(page);
      expect(await epochsOf(page)).toEqual(epochs);
      await page.context().close();

      // Another browser, which has nothing of it.
      const other = await playground.open({ place: '/use' });
      await other
        .getByLabel('Open a file')
        .setInputFiles({ name: 'trees.zip', mimeType: 'application/zip', buffer: zip });
      await other.getByText('Its data are kept in this browser as trees.csv.').waitFor({ timeout: LIMIT });
      expect({ ...(await experimentOf(other)), backend: '' }).toEqual({ ...before, backend: '' });
      await set(other, 'length', '7.1');
      await set(other, 'width', '2.8');
      await other.locator('.use-top strong', { hasText: 'cedar' }).waitFor();
      await other.context().close();
    },
    LIMIT,
  );

  test(
    'a table with categories is learned by a network of two inputs, from a config and a file that is chosen',
    async () => {
      const page = await playground.open({ place: '/build' });
      const kinds = ['ash', 'birch', 'cedar'];
      const next = numbers(3);
      const rows = Array.from({ length: 200 }, (_, i) => {
        const size = next();
        return `${kinds[i % 3]},${size.toFixed(3)},${((i % 3) + size).toFixed(3)}`;
      });
      const data = { table: 'data/trees.csv', target: 'age', task: 'regression', test: 0.2 };
      const config = {
        model: [
          [
            'branches',
            { numbers: 'identity', categories: ['categoryEmbeddings', [{ size: 4, dim: 2, paddingIdx: 0 }]] },
          ],
          'concat',
          ['linear', 3, 8],
          'relu',
          ['linear', 8, 1],
        ],
        ...{ data, optimizer: ['adam', { lr: 0.03 }], batchSize: 16, epochs: 30, validation: 0.2 },
      };
      await page.getByRole('button', { name: 'Open a config' }).click();
      await page.getByLabel('Or paste a config in JSON').fill(JSON.stringify(config));
      await page.getByRole('button', { name: 'Take it' }).click();
      await page.getByText('data/trees.csv is not in this browser').waitFor();
      await page.getByRole('button', { name: 'Choose data' }).click();
      const file = {
        name: 'trees.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(`kind,size,age\n${rows.join('\n')}\n`),
      };
      await page.getByLabel('Choose files').setInputFiles(file);
      await page.getByText('128 samples to train, 32 to validate, 40 to test').waitFor();
      expect((await experimentOf(page)).data).toEqual({ files: data });
      await show(page, 'Train');
      await train(page);
      const epochs = await epochsOf(page);
      expect(epochs).toHaveLength(30);
      // The last epoch is on top; the loss of the training data is behind its number.
      const losses = [29, 0].map((at) => Number.parseFloat(epochs[at]?.split(/\s+/)[1] ?? ''));
      expect(losses[1]).toBeLessThan((losses[0] as number) / 3);
      await show(page, 'Use');
      await page.getByText('ask them with descent predict').waitFor();
      const zip = await download(page, 'Run folder (zip)');

      // The file is there after a reload, and goes with the zip.
      await page.reload();
      await show(page, 'Train');
      await train(page);
      expect(await epochsOf(page)).toEqual(epochs);
      await page.context().close();
      const other = await playground.open({ place: '/use' });
      await other
        .getByLabel('Open a file')
        .setInputFiles({ name: 'trees.zip', mimeType: 'application/zip', buffer: zip });
      await other.getByText('Its data are kept in this browser as data/trees.csv.').waitFor({ timeout: LIMIT });
      await other.context().close();
    },
    LIMIT,
  );

  test(
    'a dropped folder of pictures is learned, asked in Use, kept, and added to later',
    async () => {
      const page = await playground.open({ place: '/build' });
      const pets = join(folder, 'bars');
      for (const name of ['lying', 'standing']) {
        mkdirSync(join(pets, name), { recursive: true });
        for (let i = 0; i < 30; i++)
          writeFileSync(join(pets, name, `${i}.png`), await bar(name === 'standing', 100 * i + name.length));
      }
      writeFileSync(join(pets, 'lying', '.hidden.png'), 'no picture');
      writeFileSync(join(pets, 'notes.txt'), 'no picture');
      await page.getByRole('button', { name: 'Choose data' }).click();
      await page.getByRole('tab', { name: 'Own pictures' }).click();
      await drop(page, 'Import a zip', pets);
      const card = (name: string) => page.getByRole('region', { name: `Class ${name}` });
      await card('lying').getByText('30 pictures').waitFor({ timeout: LIMIT });
      await card('standing').getByText('30 pictures').waitFor();
      await page.getByText('1 files were left out').waitFor();
      await set(page, 'Held out to validate', '0.2');
      await show(page, 'Train');
      await set(page, 'Epochs', '15');
      await set(page, 'Learning rate', '0.05');
      await train(page);
      expect(await accuracy(page, 'validation')).toBeGreaterThan(0.85);
      const epochs = await epochsOf(page);
      expect(epochs).toHaveLength(15);

      await show(page, 'Use');
      for (const name of ['standing', 'lying']) {
        const buffer = Buffer.from(await bar(name === 'standing', 987_654));
        await page.getByLabel('Open', { exact: true }).setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer });
        await page.locator('.use-top strong', { hasText: name }).waitFor();
      }
      const zip = await download(page, 'Run folder (zip)');

      // Later: the set is there, gives the same run, and takes more.
      await page.reload();
      await show(page, 'Train');
      await train(page);
      expect(await epochsOf(page)).toEqual(epochs);
      await page.reload();
      await show(page, 'Build');
      await page.getByRole('button', { name: 'Choose data' }).click();
      await card('standing').getByText('30 pictures').waitFor();
      const more = join(folder, 'more');
      mkdirSync(more, { recursive: true });
      for (let i = 0; i < 5; i++) writeFileSync(join(more, `more-${i}.png`), await bar(true, 5000 + i));
      await drop(page, 'Pictures of standing', more);
      await card('standing').getByText('35 pictures').waitFor();
      await train(page);
      expect(await accuracy(page, 'validation')).toBeGreaterThan(0.85);
      await page.context().close();

      const other = await playground.open({ place: '/use' });
      await other
        .getByLabel('Open a file')
        .setInputFiles({ name: 'bars.zip', mimeType: 'application/zip', buffer: zip });
      await other.getByText('Its data are kept in this browser as my pictures.').waitFor({ timeout: LIMIT });
      const buffer = Buffer.from(await bar(true, 987_654));
      await other.getByLabel('Open', { exact: true }).setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer });
      await other.locator('.use-top strong', { hasText: 'standing' }).waitFor();
      await other.context().close();
    },
    LIMIT,
  );
});

/** Drops a folder of the disk on a place for files, as a hand does: what Playwright gives itself has no folders. */
async function drop(page: Page, label: string, path: string): Promise<void> {
  const place = page.locator('.file-drop', { hasText: label });
  await place.scrollIntoViewIfNeeded();
  const box = await place.boundingBox();
  if (box === null) throw new Error(`there is no place for files named ${label}`);
  const debuggerOf = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await debuggerOf.send('Input.dispatchDragEvent', { type, ...at, data });
}
