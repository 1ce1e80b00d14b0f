import type { ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findBrowser } from '@descent/conformance/browser';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finished, start } from '../program.ts';
import { append, copyRun, line, oneRun } from './runs.ts';

const browser = findBrowser();
const HOSTILE = '<img src=x onerror="document.title=1">';

/** Trains for longer than the test looks at it. */
const CONFIG = {
  model: [['linear', 2, 8], 'relu', ['linear', 8, 2]],
  data: { name: 'moons', samples: 2000 },
  optimizer: ['sgd', { lr: 0.1 }],
  metrics: ['accuracy'],
  epochs: 100_000,
  backend: 'onnx:cpu',
};

/** Playwright takes paths alone. */
function onPath(name: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find(existsSync) ?? name;
}

describe.skipIf(browser === null)('the board in Chromium (skipped where there is none)', () => {
  let made: Awaited<ReturnType<typeof oneRun>>;
  let opened: Browser;
  let page: Page;
  let url = '';
  const children: ChildProcess[] = [];
  const errors: string[] = [];
  beforeAll(async () => {
    made = await oneRun();
    const runs = join(made.at, 'runs');
    append(copyRun(join(runs, 'one'), join(runs, HOSTILE)), line(1, 0.9), line(2, 0.5), line(3, 0.7));
    const board = start(made.at, 'board', '--port', '0', '--json');
    children.push(board);
    url = await new Promise((resolve, reject) => {
      board.stdout?.once('data', (chunk: Buffer) => resolve(JSON.parse(chunk.toString()).url));
      board.once('exit', () => reject(new Error('the board ended')));
    });
    opened = await chromium.launch({ executablePath: onPath(browser as string), args: ['--no-sandbox'] });
    const context = await opened.newContext({ viewport: { width: 1280, height: 900 } });
    context.on('request', (request) => {
      if (!request.url().startsWith(url) && request.url() !== 'data:,') errors.push(`a request to ${request.url()}`);
    });
    page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(url);
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await opened?.close();
    made?.remove();
  });

  /** Other tests have the processor, too. */
  const soon = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });
  const row = (name: string) => page.locator('.runs tbody tr', { has: page.getByText(name, { exact: true }) });
  const curves = () => page.locator('.charts .curve path');

  test('shows runs of any name as text, and the curves of those that are chosen', async () => {
    await row(HOSTILE).waitFor();
    expect(await page.title()).toBe('runs · Descent');
    await page.getByText('live', { exact: true }).waitFor();
    // Training and test of two runs, for the loss and the accuracy.
    await soon(() => curves().count()).toBe(8);
    await page.getByRole('checkbox', { name: 'Show one', exact: true }).uncheck();
    await soon(() => curves().count()).toBe(4);
    await page.getByRole('slider', { name: 'smoothing' }).fill('0.6');
    await soon(() => page.locator('.charts .curve.faint').count()).toBe(4);
    await page.getByRole('slider', { name: 'Values of loss by epoch' }).press('ArrowRight');
    expect(await page.locator('.tip-box').textContent()).toContain(HOSTILE);
    await page.reload();
    // The address knows what was chosen.
    await soon(() => curves().count()).toBe(8);
    await page.getByRole('slider', { name: 'smoothing' }).fill('0');
    await page.getByRole('checkbox', { name: 'Show one', exact: true }).check();
  });

  test('shows a run that another process begins, and moves with it', async () => {
    writeFileSync(join(made.at, 'live.json'), JSON.stringify(CONFIG));
    const training = start(made.at, 'train', 'live.json', '--quiet');
    children.push(training);
    await row('live').getByText('training', { exact: true }).waitFor();
    const epochs = async () => Number((await row('live').locator('progress').getAttribute('value')) ?? 0);
    await soon(epochs).toBeGreaterThan(0);
    await page.getByRole('checkbox', { name: 'Show live', exact: true }).check();
    // Of all that is drawn, only this run moves.
    await soon(() => curves().count()).toBe(12);
    const drawn = () => page.locator('.charts').innerHTML();
    const [before, picture] = [await epochs(), await drawn()];
    await soon(epochs).toBeGreaterThan(before);
    await soon(drawn).not.toBe(picture);
    training.kill('SIGINT');
    await row('live').getByText('interrupted', { exact: true }).waitFor();
  });

  test('ends with Ctrl-C, and the page says so', async () => {
    const board = children[0] as ChildProcess;
    const ended = finished(board);
    board.kill('SIGINT');
    expect((await ended).code).toBe(0);
    await page.getByText('descent board has ended').waitFor();
    // A connection that is refused is an error of the console.
    expect(errors.filter((text) => !text.includes('ERR_CONNECTION_REFUSED'))).toEqual([]);
  });
});
