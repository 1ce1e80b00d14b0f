import { onnx } from '@descent/backend-onnx';
import { findBrowser } from '@descent/conformance/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EpochScores } from '../src/session/protocol.ts';
import { createSession } from '../src/session/session.ts';
import { DEFAULT_EXPERIMENT, type Experiment } from '../src/state/experiment.ts';
import { encodePlace } from '../src/state/url.ts';
import { openPlayground, type Playground } from './open-page.ts';

const browser = findBrowser();

/** So long a test may take on a machine that does other things as well; on a free one the first takes half a minute. */
const LIMIT = 240_000;

const SMALL: Experiment = {
  ...DEFAULT_EXPERIMENT,
  model: [['rescale', 1 / 255], 'flatten', ['linear', 784, 16], 'relu', ['linear', 16, 10]],
  optimizer: ['sgd', { lr: 0.1, momentum: 0.9 }],
  batchSize: 100,
  epochs: 4,
  seed: 5,
};

const status = (page: Page) => page.locator('.transport-status');
const train = (page: Page) => page.getByRole('button', { name: 'Train', exact: true });
const isDone = (page: Page) => status(page).filter({ hasText: 'All epochs are done' }).waitFor({ timeout: LIMIT });

/** The numbers of the table of epochs, the first epoch first. */
async function tableOf(page: Page): Promise<readonly (readonly number[])[]> {
  const rows = await page.locator('section[aria-label="Epochs"] tbody tr').allInnerTexts();
  return rows.map((row) => row.split(/\s+/).map(Number.parseFloat).filter(Number.isFinite)).toReversed();
}

describe.skipIf(browser === null)('training in the page (skipped where there is no Chromium)', () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await openPlayground(browser as string);
  }, LIMIT);
  afterAll(() => playground.close());

  test(
    'a link gives the numbers of its run, with a pause, single steps and a change of engine in between',
    async () => {
      const epochs: EpochScores[] = [];
      const session = createSession(
        (event) => {
          if (event.type === 'epoch') epochs.push(event.scores);
        },
        {
          open: async (engine) => ({
            backend: onnx({ device: 'cpu' }),
            info: { engine, threads: null, isIsolated: false },
          }),
        },
      );
      await session.open(SMALL, null);
      await session.train(SMALL.epochs);
      await session.dispose();

      const page = await playground.open({ place: encodePlace({ view: 'train', experiment: SMALL }) });
      await page.getByRole('button', { name: 'Make one step' }).click();
      await page.getByText(/Step 1: a batch of 100/).waitFor({ timeout: LIMIT });
      await page.getByRole('button', { name: /^One step/ }).click();
      await train(page).click();
      // At once: on a busy machine the whole run may be over before a later click.
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByLabel('Engine').selectOption('tfjs:wasm');
      await page.getByRole('button', { name: 'Go on' }).click();
      await isDone(page);
      const expected = epochs.map(({ epoch, train, test }) => [
        ...[epoch, train.loss, 100 * (train.accuracy as number)],
        ...[test?.loss as number, 100 * (test?.accuracy as number)],
      ]);
      const table = await tableOf(page);
      expect(table).toHaveLength(4);
      for (const [row, numbers] of table.entries())
        for (const [column, value] of (expected[row] as number[]).entries())
          expect(Math.abs((numbers[column] as number) - value)).toBeLessThan([0, 2, 4].includes(column) ? 0.11 : 2e-4);

      // Other settings are said to be others, and their training begins anew.
      await page.getByRole('textbox', { name: 'Seed' }).fill('6');
      await page.getByRole('textbox', { name: 'Seed' }).press('Enter');
      await status(page).filter({ hasText: 'The settings have changed' }).waitFor();
      await page.getByRole('button', { name: 'Train', exact: true }).click();
      await isDone(page);
      expect((await tableOf(page))[0]?.[1]).not.toBe(table[0]?.[1]);
    },
    LIMIT,
  );

  test(
    'a network that does not fit says so part by part',
    async () => {
      const wrong: Experiment = { ...SMALL, model: [['rescale', 1 / 255], 'flatten', ['linear', 700, 10]] };
      const page = await playground.open({ place: encodePlace({ view: 'train', experiment: wrong }) });
      await train(page).click();
      await page.getByRole('alert').getByText(/784/).first().waitFor({ timeout: LIMIT });
      expect(await status(page).getAttribute('class')).toContain('wrong');
    },
    LIMIT,
  );
});
