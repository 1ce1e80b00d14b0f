// The page that the server has for trying models, in Chromium.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findBrowser } from '@descent/conformance/browser';
import { ShapeError } from '@descent/core';
import { type ModelServer, type PredictItem, type ServedModel, serveModels } from '@descent/serve';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { doubling } from '../servers.ts';

const found = findBrowser();
/** A folder for pictures to look at; none are taken without it. */
const SHOTS = process.env['DESCENT_SHOTS'];

/** Each width and each scheme once is enough for a test; all of them are for looking at. */
const LOOKS: readonly (readonly [width: number, colors: 'light' | 'dark'])[] = [
  [1280, 'light'],
  [390, 'dark'],
  ...(SHOTS === undefined
    ? []
    : ([
        [1280, 'dark'],
        [390, 'light'],
      ] as const)),
];

const shown: PredictItem[] = [];
/** Says what it was given, in place of a network. */
const digits = (): ServedModel =>
  doubling({
    backend: 'onnx:cpu',
    inputs: [{ name: 'input', dtype: 'uint8', datatype: 'UINT8', shape: [-1, 1, 28, 28] }],
    outputs: [{ name: 'logits', dtype: 'float32', datatype: 'FP32', shape: [-1, 10] }],
    outputKind: 'logits',
    labels: Array.from({ length: 10 }, (_, i) => `${i}`),
    preprocessing: { width: 28, height: 28, channels: 1, fit: 'mnist', invert: 'auto' },
    run: async ({ input }) => {
      const rows = input?.shape[0] ?? 1;
      return {
        logits: {
          dtype: 'float32',
          shape: [rows, 10],
          data: Float32Array.from({ length: rows * 10 }, (_, i) => (i % 10 === 3 ? 5 : 0)),
        },
      };
    },
    predictor: {
      accepts: ['image'],
      async prepare(item) {
        shown.push(item);
        return { x: { dtype: 'uint8', shape: [1, 1, 28, 28], data: new Uint8Array(784) }, inverted: true };
      },
      answer: (_, top) => ({
        predictions: [
          { label: '3', index: 3, probability: 0.9312 },
          { label: '8', index: 8, probability: 0.0455 },
          { label: '5', index: 5, probability: 0.0141 },
          { label: '2', index: 2, probability: 0.0061 },
          { label: '9', index: 9, probability: 0.00003 },
        ].slice(0, top),
      }),
    },
  });

const flowers = (): ServedModel =>
  doubling({
    inputs: [{ name: 'x', dtype: 'float32', datatype: 'FP32', shape: [-1, 2] }],
    labels: ['<b>setosa</b>', 'virginica'],
    predictor: {
      accepts: ['row'],
      columns: ['sepal length', 'petal "width"'],
      async prepare(item) {
        shown.push(item);
        const row = item.kind === 'row' ? (item.row as Readonly<Record<string, unknown>>) : {};
        if (Object.values(row).some((value) => typeof value !== 'number'))
          throw new ShapeError('this row has a word', { received: 'a word' });
        return { x: { dtype: 'float32', shape: [1, 2], data: new Float32Array(2) } };
      },
      answer: () => ({
        predictions: [
          { label: '<b>setosa</b>', index: 0, probability: 1 },
          { label: 'virginica', index: 1, probability: 0 },
        ],
      }),
    },
  });

const TOKEN = 'the-token-of-this-test';
let server: ModelServer;
let browser: Browser;
const said: string[] = [];

beforeAll(async () => {
  if (found === null) return;
  const folder = mkdtempSync(join(tmpdir(), 'descent-page-'));
  for (const name of ['digits', 'flowers']) {
    mkdirSync(join(folder, name, '1'), { recursive: true });
    writeFileSync(join(folder, name, '1', 'model.onnx'), name);
  }
  server = await serveModels({
    path: folder,
    port: 0,
    reload: 0,
    token: TOKEN,
    open: async ({ name }) => (name === 'digits' ? digits() : flowers()),
  });
  const folders = (process.env['PATH'] ?? '').split(delimiter).map((place) => join(place, found));
  browser = await chromium.launch({ executablePath: folders.find(existsSync) ?? found, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

interface Look {
  readonly width?: number;
  readonly colors?: 'light' | 'dark';
  readonly place?: string;
}

/** A tab of its own; requests to others and errors of the console are kept in `said`. */
async function open({ width = 1280, colors = 'light', place = `/#token=${TOKEN}` }: Look = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: colors,
    hasTouch: width < 600,
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(String(error)));
  context.on('request', (request) => {
    if (/^http/.test(request.url()) && !request.url().startsWith(server.url)) said.push(`asked ${request.url()}`);
  });
  await page.goto(`${server.url}${place}`);
  return page;
}

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

async function draw(page: Page): Promise<void> {
  const box = await page.locator('canvas').boundingBox();
  if (box === null) throw new Error('there is no canvas');
  const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(0.35, 0.25));
  await page.mouse.down();
  for (const [x, y] of [
    [0.6, 0.25],
    [0.65, 0.4],
    [0.45, 0.5],
    [0.65, 0.6],
    [0.6, 0.78],
    [0.35, 0.76],
  ] as const) {
    await page.mouse.move(...at(x, y), { steps: 4 });
  }
  await page.mouse.up();
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong, and whether the page is as wide as the window. */
async function expectGood(page: Page, width: number): Promise<void> {
  // The page allows no script but its own; what is evaluated from outside is let through.
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>("axe.run({ runOnly: ['wcag2a', 'wcag2aa'] })");
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
}

test('a digit is drawn and read, wide and narrow, light and dark', async ({ skip }) => {
  if (found === null) skip('there is no Chromium or Chrome: install one, or name it in DESCENT_CHROMIUM');
  for (const [width, colors] of LOOKS) {
    const page = await open({ width, colors });
    expect(await page.locator('h1').textContent()).toBe('digits');
    expect(new URL(page.url()).hash).toBe('');
    await draw(page);
    await page.locator('.bars li').first().waitFor();
    expect(await page.locator('.bars .name').allTextContents()).toEqual(['3', '8', '5', '2', '9']);
    expect(await page.locator('.bars .value').allTextContents()).toEqual([
      '93.12 %',
      '4.55 %',
      '1.41 %',
      '0.61 %',
      '< 0.01 %',
    ]);
    expect(await page.locator('#latency').textContent()).toMatch(/^in [\d.]+ ms/);
    expect(await page.locator('.aside').textContent()).toContain('dark and bright were exchanged');
    expect(await page.locator('pre').first().textContent()).toContain("--data-binary '@drawing.png'");
    expect(await page.locator('body').textContent()).not.toContain(TOKEN);
    await expectGood(page, width);
    await shot(page, `draw-${width}-${colors}`);
    const item = shown.at(-1);
    expect(item?.kind === 'image' && Buffer.from(item.bytes.subarray(1, 4)).toString()).toBe('PNG');
    await page.locator('text=Clear').click();
    expect(await page.locator('#answer').textContent()).toContain('Nothing was asked yet');
    await page.context().close();
  }
  expect(said).toEqual([]);
});

test('pictures are chosen, dropped and refused; tensors are asked; the keyboard goes through the tabs', async ({
  skip,
}) => {
  if (found === null) skip('there is no Chromium');
  const page = await open();
  await page.locator('#tab-draw').focus();
  await page.keyboard.press('ArrowRight');
  expect(await page.evaluate('document.activeElement.id')).toBe('tab-picture');
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
    'base64',
  );
  await page.setInputFiles('#file', { name: "it's.png", mimeType: 'image/png', buffer: png });
  await page.locator('.bars li').first().waitFor();
  const item = shown.at(-1);
  expect(item?.kind === 'image' && Buffer.from(item.bytes)).toEqual(png);
  await shot(page, 'picture');
  await page.setInputFiles('#file', { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('text') });
  expect(await page.locator('#answer .wrong').textContent()).toContain('a.txt is no PNG');
  await page.locator('#tab-tensors').click();
  await page.locator('#panel-tensors button').click();
  await page.locator('.bars li').first().waitFor();
  expect(await page.locator('.bars .name').first().textContent()).toBe('3');
  await page
    .locator('#tensors')
    .fill('{ "inputs": [{ "name": "input", "shape": [1], "datatype": "UINT8", "data": [1] }] }');
  await page.locator('#panel-tensors button').click();
  await page.locator('#answer .wrong').waitFor();
  expect(await page.locator('#answer').textContent()).toMatch(/received/);
  await page.locator('#tab-typescript').click();
  expect(await page.locator('#panel-typescript pre').textContent()).toContain("client.infer('digits'");
  await expectGood(page, 1280);
  await shot(page, 'tensors');
  // The server says 400, which the console repeats.
  expect(said.splice(0)).toEqual([expect.stringContaining('400')]);
  await page.context().close();
});

test('rows are filled in or pasted; what a model says is text, never markup', async ({ skip }) => {
  if (found === null) skip('there is no Chromium');
  const page = await open({ width: 390, colors: 'dark' });
  await page.selectOption('#model', { label: 'flowers' });
  await page.getByLabel('sepal length').fill('5.1');
  await page.getByRole('button', { name: 'Ask' }).first().click();
  expect(await page.locator('#answer').textContent()).toContain(`'petal "width"' is empty`);
  await page.getByLabel('petal "width"').fill('2');
  await page.getByRole('button', { name: 'Ask' }).first().click();
  await page.locator('.bars li').first().waitFor();
  expect(shown.at(-1)).toEqual({ kind: 'row', row: { 'sepal length': 5.1, 'petal "width"': 2 } });
  expect(await page.locator('.bars .name').first().textContent()).toBe('<b>setosa</b>');
  expect(await page.locator('#answer b').count()).toBe(0);
  await shot(page, 'row-390-dark');
  await page.locator('#rows').fill('1,2\n3,red\n5,6');
  await page.getByRole('button', { name: 'Ask' }).first().click();
  await page.locator('#answer table').waitFor();
  expect(await page.locator('#answer tbody td').allTextContents()).toEqual([
    '<b>setosa</b>',
    '100.00 %',
    expect.stringContaining('this row has a word'),
    '',
    '<b>setosa</b>',
    '100.00 %',
  ]);
  await expectGood(page, 390);
  await shot(page, 'rows-390-dark');
  expect(said.splice(0)).toEqual([]);
  await page.context().close();
});

test('a server with a token asks for it, and says when it is another one', async ({ skip }) => {
  if (found === null) skip('there is no Chromium');
  const page = await open({ place: '/' });
  await page.locator('#access').waitFor();
  await page.locator('#token').fill('not this one');
  await page.locator('#access button').click();
  await page.locator('#access-wrong:not(:empty)').waitFor();
  await shot(page, 'token');
  await expectGood(page, 1280);
  await page.locator('#token').fill(TOKEN);
  await page.locator('#access button').click();
  await page.locator('#work').waitFor();
  expect(await page.locator('#state').textContent()).toBe('Ready');
  expect(said.splice(0).every((text) => text.includes('401'))).toBe(true);
  await page.context().close();
});

test('the policy lets the page load nothing of others, and no script or style that is not its own', async ({
  skip,
}) => {
  if (found === null) skip('there is no Chromium');
  const response = await fetch(`${server.url}/`);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  expect((await response.text()).match(/<script(?![^>]* src="\/page\/)|<style| style=| on\w+=/)).toBe(null);
});
