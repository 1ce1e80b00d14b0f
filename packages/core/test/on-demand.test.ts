import {
  type BatchSource,
  createTrainer,
  fit,
  linear,
  mse,
  NumericError,
  sgd,
  type Trainer,
  tensor,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { expect, test, vi } from 'vitest';

// What loads at the end of a run, or once a step has failed, can be gone by then: a new version of the page has replaced the file.
vi.mock('../src/train/diagnosed.ts', () => {
  throw new Error('404');
});
vi.mock('../src/train/failures.ts', () => {
  throw new Error('404');
});
vi.mock('../src/train/refusals.ts', () => {
  throw new Error('404');
});

const batch = { x: tensor([[1], [2]]), y: tensor([[3], [5]]) };
const source: BatchSource = {
  length: 1,
  batchSize: 2,
  async *epoch() {
    yield batch;
  },
};

function trainer(lr: number): Promise<Trainer> {
  return createTrainer({ model: linear(1, 1), loss: mse(), optimizer: sgd({ lr }), backend: referenceBackend() });
}

async function failure(run: Promise<unknown>): Promise<NumericError> {
  const error = await run.then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(NumericError);
  return error as NumericError;
}

test('a run ends as it would when its diagnosis cannot be loaded, and says so', async () => {
  const lines: string[] = [];
  const result = await fit(await trainer(0.1), { train: source, epochs: 2, log: (line) => lines.push(line) });
  expect(result).toMatchObject({ stopped: null, findings: [], facts: { history: result.history } });
  expect(result.history).toHaveLength(2);
  expect(lines[2]).toMatch(/^no diagnosis: its part of @descent\/core could not be loaded \(.+\)$/s);
});

test('a loss that is not finite is named when the search for its cause cannot be loaded', async () => {
  const t = await trainer(0.1);
  const error = await failure(t.step(tensor([[1], [Number.NaN]]), batch.y));
  expect(error.message).toMatch(/^the loss became NaN at step 1\n.*still those from before this step/s);
  expect(error.message).toMatch(/fix: where it began is not known, .* could not be loaded \(.+\)/s);
  expect(error.cause).toBeInstanceOf(Error);
  expect(t.stepCount).toBe(0);
});

test('so are updates that are not finite', async () => {
  const t = await trainer(3e38);
  const whole = await failure(t.step(batch.x, batch.y));
  expect(whole.message).toMatch(/^step 1 would make the network useless: its loss is [\d.]+, but not all/);
  const halves = await failure(t.gradients(batch.x, batch.y).then((gradients) => t.update(gradients)));
  expect(halves.message).toMatch(/^step 1 would make the network useless: not all that it writes is finite\n/);
  expect(t.stepCount).toBe(0);
});

test('so is that something given cannot be used, where what says why cannot be loaded', async () => {
  const t = await trainer(0.1);
  const refused =
    /^what was given cannot be used\n {2}fix: what is wrong with it is not known, .* could not be loaded \(.+\)/s;
  await expect(fit(t, { train: source, epochs: 0 })).rejects.toThrow(refused);
  await expect(t.step(batch.x, tensor([[Number.NaN], [1]]))).rejects.toThrow(refused);
  await expect(t.evaluate(3 as never)).rejects.toThrow(refused);
  expect(t.stepCount).toBe(0);
  await t.step(batch.x, batch.y);
});
