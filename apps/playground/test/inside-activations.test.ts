import * as core from '@descent/core';
import { expect, test } from 'vitest';
import { curveOf, factsOf, STEP, XS } from '../src/views/inside/activations/curve.ts';
import { findActivations } from '../src/views/inside/activations/find.ts';

const found = await findActivations();
const namesOf = (kind: string): readonly string[] => found.filter((one) => one.kind === kind).map(({ name }) => name);

test('activations are told from other layers by what they compute', () => {
  expect(namesOf('elementwise')).toEqual(expect.arrayContaining(['relu', 'sigmoid', 'tanh', 'gelu', 'hardswish']));
  expect(namesOf('together')).toEqual(expect.arrayContaining(['softmax', 'logSoftmax']));
  const others = ['flatten', 'dropout', 'linear', 'conv2d', 'maxPool2d', 'rescale', 'concat', 'sequential'];
  for (const name of others) {
    expect(Object.keys(core)).toContain(name);
    expect(found.map((one) => one.name)).not.toContain(name);
  }
});

test('curves are those of the mathematics, and slopes their derivatives', async () => {
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const known: Readonly<Record<string, readonly [(x: number) => number, (x: number) => number]>> = {
    relu: [(x) => Math.max(x, 0), (x) => (x > 0 ? 1 : 0)],
    sigmoid: [sigmoid, (x) => sigmoid(x) * (1 - sigmoid(x))],
    tanh: [Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
  };
  for (const { name, layer } of found.filter(({ kind }) => kind === 'elementwise')) {
    const { values, slopes } = await curveOf(layer);
    const exact = known[name];
    for (const [i, x] of exact === undefined ? [] : XS.entries()) {
      expect(values[i]).toBeCloseTo(exact![0](x), 12);
      expect(slopes[i]).toBeCloseTo(exact![1](x), 12);
    }
    // The slopes add up to how far the curve rises; each of at most two kinks costs half a step.
    const rise = slopes.reduce((sum, slope, i) => sum + slope * (i === 0 || i === XS.length - 1 ? STEP / 2 : STEP), 0);
    expect(Math.abs(rise - ((values.at(-1) as number) - (values[0] as number))), name).toBeLessThanOrEqual(STEP);
  }
});

test('the steepest slope and the share of flat places come from the curve', async () => {
  const { layer } = found.find(({ name }) => name === 'sigmoid')!;
  const { steepest, flatShare } = factsOf(await curveOf(layer));
  expect(steepest).toBeCloseTo(0.25, 12);
  // σ(1 − σ) = 0.01 where σ = (1 ± √0.96) / 2.
  const edge = Math.log((1 + Math.sqrt(0.96)) / (1 - Math.sqrt(0.96)));
  expect(flatShare).toBe(XS.filter((x) => Math.abs(x) > edge).length / XS.length);
});
