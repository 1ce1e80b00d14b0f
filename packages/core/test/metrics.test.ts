import { describe, expect, test } from 'vitest';
import * as d from '../src/public/index.ts';
import { arrayOf, type FixtureArray, readFixture } from './_fixture.ts';
import { backend } from './_reference.ts';

interface MetricFixture {
  readonly name: string;
  readonly loss: 'crossEntropy' | 'bceWithLogits' | 'mse';
  readonly metric: string;
  readonly args: readonly unknown[];
  readonly batches: readonly { readonly x: FixtureArray; readonly y: FixtureArray }[];
  readonly value: number | string;
}

const LOSSES = { crossEntropy: d.crossEntropy, bceWithLogits: d.bceWithLogits, mse: d.mse };

/** Gives what it gets: the outputs of a network that somebody else has computed. */
const outputs = d.layer('outputs', { scale: d.parameter([], { init: d.constantInit(1) }) }, (x) => x);

async function trainerWith(loss: MetricFixture['loss'], ...metrics: readonly d.Metric[]): Promise<d.Trainer> {
  const options = { model: outputs, loss: LOSSES[loss](), optimizer: d.sgd({ lr: 0.1 }), metrics, backend };
  return (await d.createTrainer(options)) as d.Trainer;
}

function metricOf({ metric, args }: Pick<MetricFixture, 'metric' | 'args'>): d.Metric {
  return ((d as Readonly<Record<string, unknown>>)[metric] as (...args: readonly unknown[]) => d.Metric)(...args);
}

describe('metrics as in scikit-learn, over uneven batches', () => {
  test.each(readFixture<readonly MetricFixture[]>('metrics.json').map((f) => [f.name, f] as const))(
    '%s',
    async (_, f) => {
      const metric = metricOf(f);
      const trainer = await trainerWith(f.loss, metric);
      const batches = f.batches.map(({ x, y }) => ({ x: arrayOf(x), y: arrayOf(y) }));
      const received = (await trainer.evaluate(batches))[metric.name] as number;
      expect(Math.abs(received - Number(f.value)) / Math.max(1, Math.abs(Number(f.value)))).toBeLessThan(2e-5);
      // Results of single batches, put together, are those of all.
      const parts = await Promise.all(batches.map((batch) => trainer.evaluate([batch])));
      expect(d.meanOf(parts)[metric.name]).toBeCloseTo(received, 12);
      trainer.dispose();
    },
  );
});
