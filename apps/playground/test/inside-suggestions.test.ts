import { buildModel, buildOptimizer } from '@descent/cli/config';
import { summarize } from '@descent/core';
import { expect, test } from 'vitest';
import type { EpochScores } from '../src/session/protocol.ts';
import { DEFAULT_EXPERIMENT, type Experiment } from '../src/state/experiment.ts';
import { againstOverfitting, againstUnderfitting } from '../src/views/inside/fit/suggestions.ts';
import { resized } from '../src/views/inside/fit/widths.ts';

const CONVOLUTIONAL: Experiment = {
  ...DEFAULT_EXPERIMENT,
  model: [
    ['rescale', 1 / 255],
    ['conv2d', 1, 6, 5, { padding: 2 }],
    ['batchNorm2d', 6],
    'relu',
    ['maxPool2d', 2],
    ['conv2d', 6, 16, 5],
    'relu',
    ['avgPool2d', 2],
    'flatten',
    ['linear', 400, 120],
    'tanh',
    ['linear', 120, 10],
  ],
  optimizer: ['adam', { lr: 0.001, weightDecay: 0.01 }],
};
const TOY: Experiment = {
  ...DEFAULT_EXPERIMENT,
  model: [['linear', 2, 8], 'tanh', ['dropout', 0.2], ['linear', 8, 2]],
  data: { name: 'moons' },
  optimizer: ['sgd', { lr: 0.5 }],
};
const SAMPLES = new Map([
  [DEFAULT_EXPERIMENT, [1, 28, 28]],
  [CONVOLUTIONAL, [1, 28, 28]],
  [TOY, [2]],
]);
const scores = (loss: number) => ({ loss, accuracy: 0.9 });
const EPOCHS: readonly EpochScores[] = [0.5, 0.4, 0.6].map((loss, i) => ({
  epoch: i + 1,
  train: scores(0.3 - i / 10),
  validation: null,
  test: scores(loss),
  seconds: 1,
}));

test('every experiment that is suggested can be trained', () => {
  for (const [experiment, shape] of SAMPLES) {
    for (const { change } of [...againstOverfitting(experiment, EPOCHS), ...againstUnderfitting(experiment)]) {
      expect(change).not.toEqual({});
      const { model, optimizer } = { ...experiment, ...change };
      expect(summarize(buildModel(model), { shape }).rows.at(-1)?.outputShape.at(-1)).toBeGreaterThan(1);
      buildOptimizer(optimizer);
    }
  }
});

test('hidden layers get other widths, and the layers behind them follow', () => {
  expect(resized(CONVOLUTIONAL.model, 2)).toEqual({
    model: [
      ['rescale', 1 / 255],
      ['conv2d', 1, 12, 5, { padding: 2 }],
      ['batchNorm2d', 12],
      'relu',
      ['maxPool2d', 2],
      ['conv2d', 12, 32, 5],
      'relu',
      ['avgPool2d', 2],
      'flatten',
      ['linear', 800, 240],
      'tanh',
      ['linear', 240, 10],
    ],
    before: [6, 16, 120],
    after: [12, 32, 240],
  });
  expect(resized([['linear', 784, 10]], 2)).toBeNull();
  expect(
    resized(
      [
        ['linear', 4, 8],
        ['residual', 'relu'],
        ['linear', 8, 2],
      ],
      2,
    ),
  ).toBeNull();
  expect(resized([['conv2d', 4, 8, 3, { groups: 4 }], 'flatten', ['linear', 8, 2]], 2)).toBeNull();
});

test('suggestions start from what the experiment and its run say', () => {
  const say = (all: ReturnType<typeof againstUnderfitting>) => all.map(({ name, from, to }) => `${name} ${from}→${to}`);
  expect(say(againstOverfitting(DEFAULT_EXPERIMENT, EPOCHS))).toEqual([
    'earlier 5→2',
    'dropout →0.3',
    'decay 0→0.001',
    'smaller 256→128',
  ]);
  expect(say(againstOverfitting(CONVOLUTIONAL, []))).toEqual([
    'dropout →0.3',
    'decay 0.01→0.1',
    'smaller 6, 16, 120→3, 8, 60',
  ]);
  expect(say(againstOverfitting(TOY, []))).toEqual(['moreData 300→1200', 'decay 0→0.001', 'smaller 8→4']);
  expect(say(againstUnderfitting(TOY))).toEqual(['longer 5→10', 'larger 8→16', 'faster 0.5→1', 'lessDropout →']);
  expect(say(againstUnderfitting(DEFAULT_EXPERIMENT))).toEqual(['longer 5→10', 'larger 256→512', 'faster 0.2→0.4']);
  const dropped = againstOverfitting(CONVOLUTIONAL, [])[0]?.change.model;
  expect(dropped?.slice(-3)).toEqual(['tanh', ['dropout', 0.3], ['linear', 120, 10]]);
});
