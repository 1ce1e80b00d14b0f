import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadOnnx } from '@descent/backend-onnx';
import { loadImage, prepareImage, writePng } from '@descent/datasets';
import { describe, expect, test } from 'vitest';
import { readEpochs } from '../src/run/epoch-log.ts';
import { config, problem, write } from './data-helpers.ts';
import { descent, folder, lastNumbers, readJson } from './helpers.ts';

const SIDE = 12;
const TRAINING = { optimizer: ['adam', { lr: 0.02 }], backend: 'onnx:cpu', batchSize: 8 };

/** Squares on dark ground, bright (1) or of half the brightness (2), with masks of their classes and a file of boxes. */
async function squares(count: number): Promise<string> {
  const root = folder();
  for (const name of ['pics', 'masks']) mkdirSync(join(root, name));
  const lines = ['file,x,y,w,h,label'];
  for (let i = 0; i < count; i++) {
    const [x, y, w, label] = [(i * 5) % 7, (i * 3) % 7, 4, 1 + (i % 2)];
    const inside = (p: number): boolean => {
      const [column, row] = [p % SIDE, Math.floor(p / SIDE)];
      return column >= x && column < x + w && row >= y && row < y + w;
    };
    const image = (value: number) => ({
      dtype: 'uint8' as const,
      shape: [SIDE, SIDE],
      data: Uint8Array.from({ length: SIDE * SIDE }, (_, p) => (inside(p) ? value : 0)),
    });
    await writePng(join(root, 'pics', `${i}.png`), image(label === 1 ? 240 : 120));
    await writePng(join(root, 'masks', `${i}_mask.png`), image(label));
    lines.push(`${i}.png,${x},${y},${w},${w},${label === 1 ? 'bright' : 'dim'}`);
  }
  write(join(root, 'boxes.csv'), `${lines.join('\n')}\n`);
  return root;
}

const MASKS = {
  images: 'pics',
  masks: 'masks',
  maskSuffix: '_mask',
  width: SIDE,
  height: SIDE,
  classes: ['ground', 'bright', 'dim'],
  test: 0.25,
};
const MASK_MODEL = [['rescale', 1 / 255], ['conv2d', 1, 8, 3, { padding: 1 }], 'relu', ['conv2d', 8, 3, 1]];

describe('pictures with masks', () => {
  test('are learned end to end, by default with IoU', async () => {
    const root = await squares(24);
    write(join(root, 'a.json'), config(MASKS, { ...TRAINING, model: MASK_MODEL, epochs: 40, validation: 0.2 }));
    const { code, err } = await descent(root, 'train', 'a.json', '--out', 'run');
    expect([code, err]).toEqual([0, '']);
    expect((await lastNumbers(root, 'run'))['test_iou']).toBeGreaterThan(0.9);
    const file = await loadOnnx(join(root, 'run', 'model.onnx'));
    expect(file.metadata).toEqual({ classes: ['ground', 'bright', 'dim'] });
    expect(file.preprocessing).toMatchObject({ width: SIDE, height: SIDE, channels: 1 });
    file.dispose();
    expect(readJson(root, 'run', 'run.json')).toMatchObject({
      status: 'finished',
      labels: ['ground', 'bright', 'dim'],
    });
    // As the file of a run is written again.
    expect(await descent(root, 'export', 'run', '-o', 'again.onnx')).toMatchObject({ code: 0, err: '' });
    // The square of picture 0 is bright, at 0, 0, of 4 × 4 pixels: 16 of 144.
    for (const model of ['run', 'again.onnx']) {
      const { out: json } = await descent(root, 'predict', model, 'pics/0.png', '--json');
      const [answer] = JSON.parse(json) as [
        { image: string; shares: { label: string; index: number; share: number }[] },
      ];
      expect(answer.shares.map(({ label, index }) => [label, index])).toEqual([
        ['ground', 0],
        ['bright', 1],
      ]);
      expect(answer.shares[1]?.share).toBeCloseTo(16 / 144, 1);
    }
    const shown = await descent(root, 'predict', 'run', 'pics/0.png', '--show', '--pictures', 'seen');
    expect([shown.code, shown.err]).toEqual([0, 'seen/0-0.png\n']);
    expect(shown.out).toContain('classes, the darkest first: ground, bright');
    expect(shown.out).toMatch(/pics\/0\.png: ground, bright, by pixels/);
    const { data, shape } = await loadImage(join(root, 'seen', '0-0.png'), {
      width: SIDE,
      height: SIDE,
      channels: 3,
      invert: false,
    });
    // Ground stays as it is; the white of the square gets half of the colour of the class.
    expect([...shape]).toEqual([1, 3, SIDE, SIDE]);
    expect([0, 1, 2].map((c) => data[c * SIDE * SIDE + 13])).toEqual([235, 160, 150]);
    expect([0, 1, 2].map((c) => data[c * SIDE * SIDE + 143])).toEqual([0, 0, 0]);
    expect(await descent(root, 'predict', 'run', 'pics/0.png', '--format', 'csv')).toMatchObject({
      code: 2,
      err: expect.stringContaining('a class for each pixel does not fit into a row'),
    });
    expect(await descent(root, 'predict', 'run', 'boxes.csv', '--pictures', 'seen')).toMatchObject({ code: 2 });
  });

  test('move with their pictures', async () => {
    const root = await squares(12);
    const more = { ...TRAINING, model: MASK_MODEL, epochs: 1, augment: [['randomHorizontalFlip']] };
    write(join(root, 'a.json'), config({ ...MASKS, test: { images: 'pics', masks: 'masks' } }, more));
    const { code, err, out } = await descent(root, 'train', 'a.json');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/pics: 12 to train, 12 to test/);
  });

  test('what is wrong is said', async () => {
    const root = await squares(4);
    const said = async (data: object, more: object = {}): Promise<string> => {
      write(join(root, 'a.json'), config(data, { ...TRAINING, model: MASK_MODEL, ...more }));
      const { err, code } = await descent(root, 'train', 'a.json');
      expect(code).toBeGreaterThan(0);
      return err;
    };
    expect(await said({ ...MASKS, maskSuffix: undefined })).toMatch(/a picture has no mask/);
    expect(await said({ ...MASKS, classes: ['a', 'b'] })).toMatch(/a pixel of the mask is of no class/);
    expect(await said({ ...MASKS, height: undefined })).toMatch(/data\.height: missing/);
    expect(await said({ ...MASKS, pallete: [] })).toMatch(/data\.pallete: unknown key; did you mean 'palette'/);
    expect(await said({ ...MASKS, test: { images: 'pics', mask: 'masks' } })).toMatch(
      /data\.test\.mask.*did you mean 'masks'/s,
    );
    expect(await said(MASKS, { loss: 'crossEntropy' })).toMatch(/classAxis: 1/);
    expect(await said({ ...MASKS, test: undefined }, { model: [['conv2d', 1, 2, 1]] })).toMatch(
      /fewer outputs than there are classes|uint8/,
    );
  });
});

const BOXES = { images: 'pics', boxes: 'boxes.csv', width: SIDE, height: SIDE, test: 0.25 };
const BOX_MODEL = [
  ['rescale', 1 / 255],
  'flatten',
  ['linear', SIDE * SIDE, 16],
  'relu',
  [
    'parallel',
    {
      boxes: ['sequential', ['linear', 16, 4], ['unflatten', 1, [1, 4]]],
      labels: ['sequential', ['linear', 16, 2], ['unflatten', 1, [1, 2]]],
    },
  ],
];
const BOX_LOSS = [
  'weightedSum',
  { loss: ['lossOn', { output: 'boxes', target: 'boxes' }, 'smoothL1'], weight: 1 },
  { loss: ['lossOn', { output: 'labels', target: 'labels' }, 'crossEntropy'], weight: 1 },
];

describe('pictures with a box', () => {
  const more = {
    ...TRAINING,
    model: BOX_MODEL,
    loss: BOX_LOSS,
    metrics: [['metricOn', { output: 'labels', target: 'labels' }, 'accuracy']],
  };

  test('are learned end to end: where a thing is, and what it is', async () => {
    const root = await squares(32);
    write(join(root, 'a.json'), config(BOXES, { ...more, epochs: 60, augment: [['randomVerticalFlip']] }));
    const { code, err, out } = await descent(root, 'train', 'a.json', '--out', 'run');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('boxes [1, 4] are left, top, right and bottom in pixels, labels [1] one of bright, dim');
    const [first, ...others] = await readEpochs(join(root, 'run'));
    expect(others.at(-1)?.train.loss).toBeLessThan((first?.train.loss as number) / 3);
    const file = await loadOnnx(join(root, 'run', 'model.onnx'));
    expect(file.outputs.map(({ name }) => name)).toEqual(['boxes', 'labels']);
    file.dispose();
    // Picture 0 has a bright square at 0, 0; what is drawn stands around what the JSON says.
    const { out: json, code: asked } = await descent(
      root,
      'predict',
      'run',
      'pics/0.png',
      '--json',
      '--pictures',
      'seen',
    );
    const [{ outputs }] = JSON.parse(json);
    const [[left, top, right, bottom]] = outputs.boxes.values as [[number, number, number, number]];
    expect([asked, outputs.labels.predictions[0].label]).toEqual([0, 'bright']);
    for (const [side, wanted] of [
      [left, 0],
      [top, 0],
      [right, 4],
      [bottom, 4],
    ] as const)
      expect(Math.abs(side - wanted)).toBeLessThan(2.5);
    const size = SIDE * 27;
    const { data, shape } = await loadImage(join(root, 'seen', '0-0.png'), {
      width: size,
      height: size,
      channels: 3,
      invert: false,
    });
    expect([...shape]).toEqual([1, 3, size, size]);
    const red = (x: number, y: number): boolean =>
      [230, 80, 60].every((value, c) => data[c * size * size + y * size + x] === value);
    const [x, y] = [Math.round(right * 27), Math.round(((top + bottom) / 2) * 27)];
    expect([red(x, y), red(x - 3, y), red(x + 4, y)]).toEqual([true, false, false]);
    // The file says that it gives boxes, and both tell them in pixels of the picture that they are given: here one of twice the width.
    const { x: item } = await prepareImage(join(root, 'pics/0.png'), { width: SIDE, height: SIDE, channels: 1 });
    const wide = Uint8Array.from({ length: 2 * SIDE * SIDE }, (_, i) => Number(item.data[Math.floor(i / 2)]));
    await writePng(join(root, 'wide.png'), { dtype: 'uint8', shape: [1, SIDE, 2 * SIDE], data: wide });
    const boxOf = async (network: string, ...argv: readonly string[]): Promise<readonly number[]> => {
      const said = await descent(root, 'predict', network, 'wide.png', '--json', '--fit', 'fill', ...argv);
      expect(said.code).toBe(0);
      return JSON.parse(said.out)[0].outputs.boxes.values[0];
    };
    const own = await boxOf('run', '--pixels', 'network');
    for (const network of ['run', 'run/model.onnx']) {
      const given = await boxOf(network, '--pictures', 'seen');
      const wanted = own.map((side, i) =>
        Math.min(Math.max(i % 2 === 0 ? 2 * side : side, 0), i % 2 === 0 ? 2 * SIDE : SIDE),
      );
      for (const [i, side] of wanted.entries()) expect(given[i]).toBeCloseTo(side, 4);
    }
    expect(readdirSync(join(root, 'seen'))).toContain('0-wide.png');
  });

  test('need a loss, and one box each', async () => {
    const root = await squares(4);
    write(join(root, 'a.json'), config(BOXES, { ...TRAINING, model: BOX_MODEL }));
    expect((await descent(root, 'summary', 'a.json')).err).toMatch(/data of several targets need a loss/);
    write(join(root, 'boxes.csv'), 'file,x,y,w,h,label\n0.png,0,0,2,2,a\n0.png,4,4,2,2,a\n');
    expect((await descent(root, 'summary', 'a.json')).err).toMatch(/2 boxes in 0\.png/);
    expect((await problem({ ...BOXES, outsde: 'clip' })).err).toMatch(/did you mean 'outside'/);
  });
});
