import { buildModel } from '@descent/cli/config';
import { findBrowser } from '@descent/conformance/browser';
import { applyLayer, createTrainer, crossEntropy, jit, type NDArray, type Node, ndarray, sgd } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { mnistSample } from '@descent/datasets';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_EXPERIMENT, type Experiment } from '../src/state/experiment.ts';
import { encodePlace } from '../src/state/url.ts';
import { openPlayground, type Playground } from './open-page.ts';

const browser = findBrowser();
const backend = referenceBackend();

const CONVOLUTIONAL: Experiment = {
  ...DEFAULT_EXPERIMENT,
  model: [['rescale', 1 / 255], ['conv2d', 1, 4, 5], 'relu', ['maxPool2d', 2], 'flatten', ['linear', 576, 10]],
  seed: 3,
};
const PLANE: Experiment = {
  ...DEFAULT_EXPERIMENT,
  model: [['linear', 2, 4], 'tanh', ['linear', 4, 2], 'softmax'],
  data: { name: 'moons', samples: 100 },
  seed: 5,
};

/** The parameters that an experiment starts with, and what its first `count` layers make of `x`, by the reference interpreter. */
async function expected({ model, seed }: Experiment, count: number, x: NDArray) {
  const whole = { model: buildModel(model), loss: crossEntropy(), optimizer: sgd({ lr: 0.1 }), seed, backend };
  const trainer = await createTrainer(whole);
  const parameters = await trainer.parameters();
  trainer.dispose();
  const part = buildModel(model.slice(0, count));
  const names = part.parameters.map(({ name }) => name);
  const run = jit(
    (input, ...values) => {
      const given = new Map(names.map((name, i) => [name, values[i] as Node]));
      return applyLayer(part, input as Node, given, { training: false });
    },
    { backend },
  );
  return { parameters, output: await run(x, ...names.map((name) => parameters[name] as NDArray)) };
}

describe.skipIf(browser === null)('the view inside (skipped where there is no Chromium)', () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await openPlayground(browser as string);
  });
  afterAll(() => playground.close());

  const inside = (experiment: Experiment): Promise<Page> =>
    playground.open({ place: encodePlace({ view: 'inside', experiment }) });
  const choose = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

  test('feature maps and filters have the numbers of the network', async () => {
    const page = await inside(CONVOLUTIONAL);
    const { x } = await mnistSample({ train: false });
    const first = ndarray('uint8', [1, 1, 28, 28], x.data.slice(0, 784) as Uint8Array<ArrayBuffer>);
    const { parameters, output } = await expected(CONVOLUTIONAL, 2, first);
    const layer = page.locator('[data-layer="1"]');
    const read = async (part: string, index: number, keys: readonly string[]): Promise<readonly [string, number]> => {
      const box = layer.locator(`[data-part="${part}"]`);
      await box.getByRole('slider').nth(index).focus();
      for (const key of keys) await page.keyboard.press(key);
      const [where = '', value = ''] = ((await box.locator('output').textContent()) ?? '').split(': ');
      return [where, Number(value.replace('−', '-'))];
    };
    const keys = [...Array<string>(11).fill('ArrowDown'), ...Array<string>(13).fill('ArrowRight')];
    const [place, value] = await read('output', 1, keys);
    expect(place).toBe('channel 2, row 12, column 14');
    expect(value).toBeCloseTo(output.data[24 * 24 + 11 * 24 + 13] as number, 5);
    const [filter, weight] = await read('weights', 2, ['ArrowRight']);
    expect(filter).toBe('filter 3, channel 1, row 1, column 2');
    expect(weight).toBeCloseTo(parameters['1.weight']!.data[2 * 25 + 1] as number, 6);
  });

  test('a convolution, both poolings and derivatives show what they are computed to be', async () => {
    const page = await inside(CONVOLUTIONAL);
    await choose(page, 'Convolution, step by step');
    for (let i = 0; i < 7; i++) await choose(page, 'One step on');
    // Row 2, column 3 of the output: from the picture and the upright edges as they stand on the page.
    const cells = await page
      .getByRole('table', { name: 'Input' })
      .locator('tr')
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => Number(cell.textContent))));
    const sum = [1, 2, 3].reduce((total, row) => total + cells[row]![4]! - cells[row]![2]!, 0);
    expect(await page.locator('[data-sum] strong').textContent()).toBe(String(sum).replace('-', '−'));
    expect(sum).not.toBe(0);
    await page.getByLabel('Padding').selectOption('same');
    expect(await page.locator('.size-formula strong').textContent()).toBe('7');

    await choose(page, 'Pooling: maximum or mean');
    const gradient = (name: string): Promise<readonly string[]> =>
      page.locator(`[data-pool="${name}"]`).getByRole('table', { name: 'Gradient' }).locator('td').allInnerTexts();
    await page.locator('[data-pool="mean"]').waitFor();
    expect((await gradient('mean')).filter((text) => text === '0.25')).toHaveLength(4);
    expect((await gradient('max')).filter((text) => text !== '0')).toEqual(['1']);

    await choose(page, 'Activations and their derivatives');
    // PyTorch's sigmoid(1) and its gradient.
    const sigmoid = page.locator('[data-activation="sigmoid"]');
    await sigmoid.waitFor();
    expect(await sigmoid.locator('dd').allInnerTexts()).toEqual(['0.73106', '0.19661']);
    await page.getByRole('slider').first().fill('-2');
    expect(await sigmoid.locator('dd').allInnerTexts()).toEqual(['0.11920', '0.10499']);
  });

  test('the plane has the probabilities of the network, and a suggestion changes the experiment', async () => {
    const page = await inside(PLANE);
    await choose(page, 'Decision boundary');
    const reading = page.locator('.point-reading');
    await reading.getByText('%').first().waitFor();
    const point = ((await reading.locator('p').first().textContent()) ?? '').match(/[−\d.]+(?=,|$)/g)!;
    const at = Float32Array.from(point, (text) => Number(text.replace('−', '-')));
    const { output } = await expected(PLANE, 4, ndarray('float32', [1, 2], at));
    const shares = (await reading.locator('li').allInnerTexts()).map(
      (text) => Number(/([\d.]+)%/.exec(text)![1]) / 100,
    );
    expect(shares).toHaveLength(2);
    // The point stands there with three digits.
    for (const [c, share] of shares.entries()) expect(share).toBeCloseTo(output.data[c] as number, 2);
    await page.locator('.unit-planes canvas').nth(3).waitFor();

    await choose(page, 'Over- and underfitting: the gap');
    await choose(page, 'Larger hidden layers: 4 → 8');
    await page.getByText('The experiment has changed since this run').waitFor();
    await choose(page, 'Undo the change');
    expect(page.url()).toContain(encodePlace({ view: 'inside', experiment: PLANE }));
  });
});
