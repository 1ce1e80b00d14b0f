import { existsSync } from 'node:fs';
import { listImageFolder, loadImage } from '@descent/datasets';
import { expect, test } from 'vitest';
import { makeJpegs } from '../data/jpegs.ts';
import { type DataEngineResult, type DataResult, formatDataResult } from '../data/result.ts';

const engine = (name: string, perSecond: number): DataEngineResult => ({
  name,
  seconds: [1],
  perSecond,
  best: perSecond,
  note: Number.isFinite(perSecond) ? '' : 'no PIL',
});

function result(memory: number, workers: number, share: number): DataResult {
  const wait = { threads: 1, epochSeconds: 2, waitSeconds: 2 * share, share };
  return {
    images: 60_000,
    memory: [engine('descent', memory)],
    jpegs: {
      count: 2000,
      size: 224,
      engines: [
        engine('none', 100),
        engine('prefetch', 130),
        engine('workers', workers),
        engine('pytorch', Number.NaN),
      ],
    },
    waiting: [
      { ...wait, name: 'resident', workers: 0, isJudged: true },
      { ...wait, name: 'transforms', workers: 0, share: 0.5, isJudged: false },
    ],
    note: '',
  };
}

test('the verdicts follow the bars', () => {
  const good = formatDataResult(result(1e6, 160, 0.029));
  expect(good.match(/: met/g)).toHaveLength(3);
  expect(good).toContain('workers give 1.60x of none');
  expect(good).toMatch(/pytorch +– +– +no PIL/);
  const bad = formatDataResult(result(999_999, 159, 0.03));
  expect(bad.match(/: NOT MET/g)).toHaveLength(3);
});

test('the JPEG files are photos of 256 × 256 in four classes, the same every time, and are removed', async () => {
  const [a, b] = [await makeJpegs(5), await makeJpegs(5)];
  const [first, second] = [await listImageFolder(a.folder), await listImageFolder(b.folder)];
  expect(first.classes).toEqual(['class0', 'class1', 'class2', 'class3']);
  expect(first.samples.map(({ label }) => label)).toEqual([0, 0, 1, 2, 3]);
  const options = { width: 256, height: 256, channels: 3 } as const;
  const [one, same] = await Promise.all(
    [first, second].map(({ samples }) => loadImage(samples[2]?.path as string, options)),
  );
  expect(one).toEqual(same);
  // Noise of all heights.
  expect(new Set(one?.data).size).toBeGreaterThan(40);
  a.remove();
  b.remove();
  expect([a, b].map(({ folder }) => existsSync(folder))).toEqual([false, false]);
});
