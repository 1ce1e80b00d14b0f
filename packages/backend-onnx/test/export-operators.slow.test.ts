// The files of all layers beside the reference: with numbers that are none, too, and with windows of any geometry.
import * as d from '@descent/core';
import { fold, key, randint } from '@descent/core/random';
import { referenceBackend } from '@descent/core/reference';
import { values } from '@descent/core/testing';
import { expect, test } from 'vitest';
import { exportOnnx, loadOnnx } from '../src/public/index.ts';
import { LAYERS } from './layer-files.ts';
import { OPSETS } from './opsets.ts';

const entries = Object.values(LAYERS)
  .flat()
  .map((entry, i) => [`${entry.layer.label}, ${i}`, entry] as const);

test.each(entries)('%s', async (_, { layer, ...entry }) => {
  const sample = entry.sample as { readonly shape: d.Shape };
  // The other opsets: accepted.slow.test.ts.
  for (const opset of [13, 17, 23]) {
    const parameters = numbersIn(d.initParameters(layer, 1));
    const { maxAbsDifference } = await exportOnnx(layer as d.Layer, { parameters, sample, opset });
    expect(maxAbsDifference).toBeLessThan(2e-6);
  }
});

/**
 * ONNX Runtime's LSTM, GRU and MaxPool pass over NaN; Resize keeps it to the pixels around, where products with a matrix spread it. In a transformer, whose sums overflow
 * first follows from their order.
 */
const OTHERWISE = /^(lstm|gru|maxPool|adaptiveMaxPool|upsample.*linear|transformer)/;

const floats = entries.filter(
  ([label, { sample }]) => 'shape' in (sample as object) && !('dtype' in (sample as object)) && !OTHERWISE.test(label),
);

const WILD = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -0,
  1e38,
  -1e38,
  1e-40,
  25,
  -25,
  104,
  -104,
  1e6,
];

test.each(floats)('numbers that are none, infinite, huge and tiny: %s', async (_, { layer, ...entry }) => {
  const sample = entry.sample as { readonly shape: d.Shape };
  const parameters = numbersIn(d.initParameters(layer, 1));
  const backend = referenceBackend({ precision: 'float32' });
  const predictor = await d.createPredictor({ model: layer as d.Layer, parameters, sample, backend });
  const { bytes } = await exportOnnx(layer as d.Layer, { parameters, sample, opset: 23, verify: false });
  const file = await loadOnnx(bytes);
  const x = values([WILD.length, ...sample.shape], 3);
  const size = x.data.length / WILD.length;
  for (const [i, wild] of WILD.entries()) x.data[i * size + (i % size)] = wild;
  const [found, wanted] = [await file.predict(x), await predictor.predict(x)];
  for (const [i, v] of Array.from(wanted.data).entries()) {
    const actual = found.data[i] as number;
    const isSame = Object.is(actual, v) || actual === v || Math.abs(actual - v) <= 1e-5 * Math.max(1, Math.abs(v));
    expect(isSame, `${actual} is not ${v} for ${WILD[Math.floor((i * WILD.length) / found.data.length)]}`).toBe(true);
  }
  predictor.dispose();
  await file.dispose();
});

type Draw = (below: number) => number;

/** Layers with windows, of any options; many of them do not fit and are refused when they are made or applied. */
const KINDS: Readonly<Record<string, (rank: 1 | 2 | 3, draw: Draw) => d.Layer>> = {
  conv(rank, draw) {
    const groups = 1 + draw(2);
    const padding = draw(3) === 0 ? 'same' : draw(2) === 0 ? each(rank, draw, 0, 3) : each(2 * rank, draw, 0, 3);
    const move = {
      stride: each(rank, draw, 1, 3),
      dilation: each(rank, draw, 1, 2),
      padding,
      groups,
      bias: draw(2) > 0,
    };
    return layerOf(`conv${rank}d`)(4, 2, each(rank, draw, 1, 3), move);
  },
  convTranspose(rank, draw) {
    const groups = 1 + draw(2);
    const move = {
      stride: each(rank, draw, 1, 3),
      dilation: each(rank, draw, 1, 2),
      padding: each(2 * rank, draw, 0, 3),
    };
    const more = { outputPadding: each(rank, draw, 0, 2), groups, bias: draw(2) > 0 };
    return layerOf(`convTranspose${rank}d`)(4, 2, each(rank, draw, 1, 3), { ...move, ...more });
  },
  maxPool(rank, draw) {
    const move = { stride: each(rank, draw, 1, 3), dilation: each(rank, draw, 1, 2), padding: each(rank, draw, 0, 2) };
    return layerOf(`maxPool${rank}d`)(each(rank, draw, 2, 2), { ...move, ceilMode: draw(2) > 0 });
  },
  avgPool(rank, draw) {
    const move = { stride: each(rank, draw, 1, 3), padding: each(rank, draw, 0, 2) };
    const count = { ceilMode: draw(2) > 0, countIncludePad: draw(2) > 0 };
    return layerOf(`avgPool${rank}d`)(each(rank, draw, 2, 2), { ...move, ...count });
  },
  upsample(rank, draw) {
    const isLinear = draw(2) > 0;
    const factor = [1, 2, 3, 0.5, 1.5, 1.7, 2.3];
    const much =
      draw(2) > 0
        ? { size: each(rank, draw, 1, 15) }
        : { scaleFactor: each(rank, draw, 0, factor.length).map((i) => factor[i] as number) };
    const mode = (['linear', 'bilinear', 'trilinear'] as const)[rank - 1] as d.UpsampleMode;
    return d.upsample({ ...much, ...(isLinear && { mode, alignCorners: draw(2) > 0 }) });
  },
  pad: (rank, draw) =>
    d.pad(each(2 * rank, draw, 0, 4), { mode: (['reflect', 'replicate', 'circular'] as const)[draw(3)] as 'reflect' }),
};

const RANKS: Readonly<Record<string, readonly (1 | 2 | 3)[]>> = { convTranspose: [1, 2] };
const cases = Object.keys(KINDS).flatMap((kind) => (RANKS[kind] ?? [1, 2, 3]).map((rank) => [kind, rank] as const));

test.each(cases)('%s of %i axes, with any options', async (kind, rank) => {
  const numbers = new Int32Array(2000);
  randint(fold(key(rank), kind), numbers, 0, 2 ** 30);
  let drawn = 0;
  const draw: Draw = (below) => (numbers[drawn++] as number) % below;
  let proved = 0;
  for (let i = 0; i < 12; i++) {
    const shape = [4, ...each(rank, draw, 4, 6)];
    try {
      const model = KINDS[kind]?.(rank, draw) as d.Layer;
      const parameters = d.initParameters(model, i);
      const { maxAbsDifference } = await exportOnnx(model, {
        parameters,
        sample: { shape },
        opset: OPSETS[draw(OPSETS.length)] as number,
      });
      expect(maxAbsDifference, `${model.label} of ${shape}`).toBeLessThan(5e-6);
      proved++;
    } catch (error) {
      if (!(error instanceof d.ShapeError || error instanceof d.ValueError)) throw error;
    }
  }
  expect(proved).toBeGreaterThan(5);
});

/** So many numbers of `count` ones from `low` on. */
function each(length: number, draw: Draw, low: number, count: number): number[] {
  return Array.from({ length }, () => low + draw(count));
}

function layerOf(name: string): (...args: readonly unknown[]) => d.Layer {
  return (d as unknown as Record<string, (...args: readonly unknown[]) => d.Layer>)[name] as never;
}

/** Running statistics begin with 0 and 1, which hide what is done with them. */
function numbersIn(parameters: d.Parameters): d.Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, array], i) =>
      name.includes('running') ? [name, values(array.shape, i, { low: 0.5, high: 2 }) as typeof array] : [name, array],
    ),
  );
}
