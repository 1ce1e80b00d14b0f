import { join } from 'node:path';
import { loadOnnx } from '@descent/backend-onnx';
import type { NDArray } from '@descent/core';
import { lastWindow, parseWindowPreparation, readCsv, restoreNumbers } from '@descent/datasets';
import { describe, expect, test } from 'vitest';
import { config, problem, source } from './data-helpers.ts';
import { descent, folder, readJson } from './helpers.ts';

/** 120 hours: the load is a wave, and twice the temperature. */
const HOURS = Array.from({ length: 120 }, (_, hour) => ({
  hour,
  load: 50 + 10 * Math.sin(hour / 3),
  temp: 25 + 5 * Math.sin(hour / 3),
}));
const FILES = {
  'load.csv': `${['hour,load,temp', ...HOURS.map(({ hour, load, temp }) => `${hour},${load.toFixed(4)},${temp.toFixed(4)}`)].join('\n')}\n`,
};
const SERIES = { series: 'load.csv', target: 'load', time: 'hour', length: 12, horizon: 3, test: 0.25 };
const MODEL = ['flatten', ['linear', 24, 3]];

describe('a series', () => {
  test('is windows, standardised by its first rows; the last ones are held out', async () => {
    const { data } = await source(SERIES, FILES);
    expect(data.sample).toEqual({ shape: [12, 2], dtype: 'float32' });
    const { train, validation, test: held, windows } = await data.load({}, { share: 0.2, seed: 1 });
    const known = HOURS.slice(0, 72);
    const mean = known.reduce((sum, { load }) => sum + load / 72, 0);
    expect(windows?.features.map(({ name }) => name)).toEqual(['load', 'temp']);
    expect(windows?.target.columns[0]?.mean).toBeCloseTo(mean, 4);
    expect([train.length, validation?.length, held?.length]).toEqual([72 - 14, 18 - 14, 30 - 14]);
    const y = restoreNumbers(parseWindowPreparation(windows), held?.y as NDArray);
    expect(y.shape).toEqual([16, 3]);
    expect([...y.data.slice(0, 3)].map((value) => value.toFixed(2))).toEqual(
      HOURS.slice(102, 105).map(({ load }) => load.toFixed(2)),
    );
  });

  test('is learned end to end, and its file predicts what comes next', async () => {
    const more = { model: MODEL, epochs: 60, optimizer: ['adam', { lr: 0.02 }], backend: 'onnx:cpu', validation: 0.2 };
    const root = folder({ ...FILES, 'a.json': config(SERIES, more) });
    const { code, err, out } = await descent(root, 'train', 'a.json', '--out', 'run');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('load is standardised: losses and metrics are in standard deviations of the training rows');
    const file = await loadOnnx(join(root, 'run', 'model.onnx'));
    const preparation = parseWindowPreparation(file.metadata?.['windows']);
    const x = lastWindow(preparation, await readCsv(join(root, 'load.csv')));
    const next = restoreNumbers(
      preparation,
      (await file.run({ [file.inputs[0]!.name]: x }))[file.outputs[0]!.name] as NDArray,
    );
    for (const [i, value] of next.data.entries())
      expect(Math.abs(value - (50 + 10 * Math.sin((120 + i) / 3)))).toBeLessThan(2);
    file.dispose();
    expect(readJson(root, 'run', 'run.json')).toMatchObject({
      windows: { format: 'descent.windows.1', length: 12, horizon: 3 },
    });
  });

  test('of several targets has an axis of columns', async () => {
    const { data } = await source({ ...SERIES, target: ['load', 'temp'] }, FILES);
    expect((await data.load()).train.y.shape).toEqual([76, 3, 2]);
    expect(data.notes?.[0]).toContain('[3, 2] of load, temp');
  });

  test.each([
    [{ horizion: 2 }, /data\.horizion: unknown key; did you mean 'horizon'\?/],
    [{ window: 2 }, /data\.window: unknown key; did you mean 'length'/],
    [{ length: undefined }, /data\.length: missing/],
    [{ target: 'laod' }, /did you mean 'load'/],
    [{ length: 200 }, /too short for a window/],
    [
      { test: { share: 0.2 } },
      /data\.test: received .* expected a share above 0 and below 1, or the path of test data/,
    ],
    [{ series: 'no.csv' }, /no\.csv/],
  ])('%j is refused in words', async (more, message) => {
    const { code, err } = await problem({ ...SERIES, ...more }, FILES);
    expect(err).toMatch(message);
    expect(code).toBeGreaterThan(0);
  });

  test('takes no transform, which who reads the file would not know of', async () => {
    const root = folder({ ...FILES, 'a.json': config(SERIES, { model: MODEL, transform: [['toFloat']] }) });
    expect((await descent(root, 'summary', 'a.json')).err).toMatch(
      /data of 'series' are prepared by keys of their own/,
    );
  });
});
