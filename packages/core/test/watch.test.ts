import { describe, expect, test } from 'vitest';
import {
  accuracy,
  type Batch,
  type BatchSource,
  type Callback,
  createTrainer,
  type EarlyStoppingOptions,
  type EpochRecord,
  earlyStopping,
  type FitContext,
  fit,
  linear,
  type Metric,
  mse,
  sgd,
} from '../src/public/index.ts';
import { values } from '../src/public/testing.ts';
import { backend } from './_reference.ts';

const data: Batch = { x: values([4, 2], 1), y: values([4, 1], 2) };
const source: BatchSource = { length: 1, batchSize: 4, epoch: () => [data] };
const own = (name: string, better?: 'lower' | 'higher'): Metric => ({
  name,
  ...(better !== undefined && { better }),
  apply: (output, target) => mse().apply(output, target),
});

/** Runs early stopping over made records of `validation.watched`, and tells where it stopped and which epoch was restored. */
async function stoppedAt(
  numbers: readonly number[],
  better: 'lower' | 'higher' | undefined,
  options: EarlyStoppingOptions = {},
): Promise<{ readonly stopped: number | null; readonly restored: number | null; readonly why: string }> {
  const stopping = earlyStopping({ metric: 'validation.watched', patience: 2, ...options });
  const history: EpochRecord[] = [];
  let [stopped, restored, why]: [number | null, number | null, string] = [null, null, ''];
  const context = {
    sets: ['train', 'validation'],
    position: { epoch: 1, step: 0, totals: {}, history },
    trainer: {
      directions: { loss: 'lower', watched: better },
      state: async () => ({ step: history.length }),
      load: async ({ step }: { readonly step: number }) => {
        restored = step;
      },
    },
    stop(reason: string) {
      stopped ??= history.length;
      why = reason;
    },
  } as unknown as FitContext;
  await stopping.onStart?.(context);
  for (const [i, watched] of numbers.entries()) {
    const record = { epoch: i + 1, train: { loss: 1 }, validation: { loss: 1, watched }, test: null, seconds: 0 };
    history.push(record);
    await stopping.onEpoch?.(record, context);
    if (stopped !== null) break;
  }
  await stopping.onEnd?.({ history, stopped: null, findings: [], facts: { history: [] } }, context);
  return { stopped, restored, why };
}

describe('which number is the best', () => {
  test('is said by the metric, whatever it is called', async () => {
    expect(await stoppedAt([9, 5, 6, 7], 'lower')).toMatchObject({ stopped: 4, restored: 2 });
    expect(await stoppedAt([0.1, 0.9, 0.8, 0.7], 'higher')).toMatchObject({ stopped: 4, restored: 2 });
  });

  test('mode says it where the metric does not, and goes before the metric', async () => {
    expect(await stoppedAt([9, 5, 6, 7], undefined, { mode: 'min' })).toMatchObject({ stopped: 4, restored: 2 });
    expect(await stoppedAt([9, 5, 6, 7], 'lower', { mode: 'max' })).toMatchObject({ stopped: 3, restored: 1 });
  });

  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
  test.each([
    ['lower', [nan, 5, nan, nan], 4, 2],
    ['higher', [nan, 5, infinity, nan], 4, 2],
    ['lower', [5, nan, -infinity], 3, 1],
    ['higher', [nan, nan, nan], 2, null],
  ] as const)('%s of %j: what is not finite never wins', async (better, numbers, stopped, restored) => {
    expect(await stoppedAt(numbers, better)).toMatchObject({ stopped, restored });
  });

  test('the reason names the best, or that there was none', async () => {
    expect((await stoppedAt([3, 4, 5], 'lower')).why).toMatch(/the best was 3\.000 in epoch 1/);
    expect((await stoppedAt([nan, nan], 'lower')).why).toMatch(/it was NaN all the time/);
  });
});

describe('what cannot be watched is refused before training', () => {
  const run = async (metrics: readonly Metric[], callback: Callback, sets: object = {}): Promise<number> => {
    const t = await createTrainer({ model: linear(2, 1), loss: mse(), optimizer: sgd({ lr: 0.1 }), metrics, backend });
    const running = fit(t, { train: source, epochs: 3, log: null, callbacks: [callback], ...sets });
    await running.catch((error: unknown) => {
      expect(t.stepCount).toBe(0);
      throw error;
    });
    return t.stepCount;
  };

  test('a metric that there is not', async () => {
    const options = { validation: source };
    await expect(run([], earlyStopping({ metric: 'validation.acuracy' }), options)).rejects.toThrow(
      /no such metric\n.*validation\.acuracy\n.*train\.loss, validation\.loss/,
    );
  });

  test.each(['train.constructor', 'train.toString', '__proto__.loss', 'loss', ''])(
    'no number either: %s',
    async (metric) => {
      await expect(run([], earlyStopping({ metric: metric as never }))).rejects.toThrow(/no such metric/);
    },
  );

  test('data that there are not', async () => {
    await expect(run([], earlyStopping())).rejects.toThrow(/no such metric\n.*validation\.loss\n.*\n.*as validation/);
  });

  test('a metric that does not say which way it gets better', async () => {
    for (const name of ['perplexity', 'mape', 'nll', 'brier', 'error', 'loss2']) {
      await expect(run([own(name)], earlyStopping({ metric: `train.${name}` }))).rejects.toThrow(
        /which way '.*' gets better is not known(.*\n)*.*mode: 'min'/,
      );
    }
    expect(await run([own('perplexity', 'lower')], earlyStopping({ metric: 'train.perplexity' }))).toBe(3);
    expect(await run([own('perplexity')], earlyStopping({ metric: 'train.perplexity', mode: 'min' }))).toBe(3);
  });

  test('a mode that there is not', async () => {
    const auto = earlyStopping({ metric: 'train.loss', mode: 'auto' as never });
    await expect(run([], auto)).rejects.toThrow(/no such mode\n.*auto\n.*'min' or 'max'/);
    expect(() => earlyStopping({ minDelta: Number.NaN })).toThrow(/minDelta/);
  });

  test('a trainer says which way its numbers get better', async () => {
    const t = await createTrainer({
      model: linear(2, 2),
      loss: mse(),
      optimizer: sgd({ lr: 0.1 }),
      metrics: [accuracy(), own('brier', 'lower'), own('other')],
      backend,
    });
    expect(t.directions).toEqual({ loss: 'lower', accuracy: 'higher', brier: 'lower', other: undefined });
  });
});
