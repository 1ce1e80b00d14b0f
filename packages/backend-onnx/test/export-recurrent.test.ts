// Recurrent layers in files: any batch, and sequences of any length, with ONNX's own operator where that is the faster one.
import {
  type AnyLayer,
  createPredictor,
  gru,
  initParameters,
  type Layer,
  layer,
  linear,
  lstm,
  type NDArray,
  type Node,
  type RecurrentOptions,
  rnn,
  sequential,
  tensor,
} from '@descent/core';
import { transpose } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { largestDifference, values } from '@descent/core/testing';
import { describe, expect, test } from 'vitest';
import { exportOnnx, loadOnnx, printModel } from '../src/public/index.ts';

const NETWORKS: Readonly<Record<string, readonly [AnyLayer, operators: readonly string[]]>> = {
  'a classifier': [sequential(lstm(3, 4, { bidirectional: true, return: 'last' }), linear(8, 2)), ['LSTM', 'LSTM']],
  // ONNX Runtime's own RNN takes up to three times as long as the loop.
  'states at each step': [sequential(gru(3, 4, { numLayers: 2 }), rnn(4, 2)), ['GRU', 'GRU', 'Scan']],
};

test.each(Object.entries(NETWORKS))('%s of any batch and length', async (_, [model, operators]) => {
  const parameters = initParameters(model, 1);
  const sample = { shape: ['time', 3] };
  const { bytes, maxAbsDifference } = await exportOnnx(model, { parameters, sample, axes: { time: { max: 30 } } });
  expect(maxAbsDifference).toBeLessThan(1e-5);
  expect(operatorsOf(bytes)).toEqual(operators);
  const file = await loadOnnx(bytes);
  const backend = referenceBackend();
  const predictor = await createPredictor({ model, parameters, sample, axes: { time: { max: 30 } }, backend });
  for (const [batch, time] of [
    [1, 1],
    [3, 7],
    [2, 30],
  ] as const) {
    const x = values([batch, time, 3], time);
    const found = (await file.predict(x)) as never;
    expect(largestDifference(found, (await predictor.predict(x)) as never)).toBeLessThan(1e-5);
  }
  predictor.dispose();
  await file.dispose();
});

type Feeds = Readonly<Record<string, NDArray>>;

/** Lengths of sequences of `time` entries: nothing, some, and all of them. */
const lengthsOf = (time: number): number[] => [time, 0, 1, time - 1, Math.min(3, time), time];

describe.each(['lstm', 'gru'] as const)('%s with first states and lengths', (name) => {
  const states = name === 'lstm' ? ['h', 'c'] : ['h'];
  const options: readonly RecurrentOptions[] = [
    {},
    { bias: false },
    { bidirectional: true, numLayers: 2 },
    { bidirectional: true, bias: false },
  ];
  const given: readonly (readonly string[])[] = [[...states, 'lengths'], ['lengths'], states, []];
  const all = options.flatMap((own) => given.map((inputs) => [own, inputs] as const));

  test.each(all)('%o, given %o', async (own, inputs) => {
    const rows = (own.numLayers ?? 1) * (own.bidirectional ? 2 : 1);
    const model = batchFirst((name === 'lstm' ? lstm : gru)(3, 4, { ...own, return: 'states' }) as AnyLayer);
    const parameters = initParameters(model, 2);
    const sample = {
      x: { shape: ['time', 3] },
      ...Object.fromEntries(inputs.map((key) => [key, key === 'lengths' ? LENGTH : { shape: [rows, 4] }])),
    };
    const axes = { time: { max: 9 } };
    const { bytes } = await exportOnnx(model, { parameters, sample, axes, verify: false });
    expect(operatorsOf(bytes)).toEqual(new Array(rows).fill(name.toUpperCase()));
    const file = await loadOnnx(bytes);
    const predictor = await createPredictor({ model, parameters, sample, axes, backend: referenceBackend() });
    for (const [batch, time] of [
      [6, 4],
      [1, 1],
      [5, 9],
    ] as const) {
      const states = inputs.filter((key) => key !== 'lengths');
      const feeds = {
        x: values([batch, time, 3], time),
        ...Object.fromEntries(states.map((key, i) => [key, values([batch, rows, 4], i)])),
        ...(inputs.includes('lengths') && { lengths: tensor(lengthsOf(time).slice(0, batch), 'int32') }),
      };
      const found = (await file.run(feeds as never)) as unknown as Feeds;
      const wanted = (await predictor.predict(feeds as never)) as unknown as Feeds;
      for (const [key, array] of Object.entries(wanted))
        expect(largestDifference(found[key] as NDArray, array), `${key} of ${batch}, ${time}`).toBeLessThan(2e-6);
    }
    predictor.dispose();
    await file.dispose();
  });
});

type Named = Record<string, Node>;

const LENGTH = { shape: [], dtype: 'int32' } as const;

/** States stand behind the layers as in PyTorch, and samples begin with the batch; the last ones have other names than the first. */
function batchFirst(net: AnyLayer): AnyLayer {
  const turned = (given: Named, end = ''): Named =>
    Object.fromEntries(
      Object.entries(given).map(([key, x]) =>
        key === 'h' || key === 'c' ? [key + end, transpose(x, [1, 0, 2])] : [key, x],
      ),
    );
  const whole = layer('batch first', { net: net as unknown as Layer<Named, Named> }, (given: Named, { net }) =>
    turned(net(turned(given)), 'Last'),
  );
  return whole as unknown as AnyLayer;
}

function operatorsOf(bytes: Uint8Array): readonly string[] {
  return [...printModel(bytes).matchAll(/= (LSTM|GRU|RNN|Scan)\(/g)].map(([, type]) => type as string);
}
