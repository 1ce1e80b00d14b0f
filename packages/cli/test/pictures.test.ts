import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flatten, type ImagePreprocessing, initParameters, linear, sequential } from '@descent/core';
import { type Key, key, randint } from '@descent/core/random';
import { digits, imageFolder, listImageFolder, mnistSample, subset, writePng } from '@descent/datasets';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import { exportOnnx, loadOnnx } from '../src/onnx.ts';
import { imageInput, openImage } from '../src/run/image-input.ts';
import { openImageModel } from '../src/run/image-model.ts';
import { ofOneArray } from './data-helpers.ts';
import { descent, folder, silentIo } from './helpers.ts';

function draws(random: Key, count: number, below: number): Int32Array {
  const out = new Int32Array(count);
  randint(random, out, 0, below);
  return out;
}

/** Pictures of two classes, of all sizes and backgrounds: `bright` has a bright middle, `dark` a dark one. */
async function picturesIn(root: string, seed: number, each = 4): Promise<void> {
  for (const [label, name] of ['bright', 'dark'].entries()) {
    mkdirSync(join(root, 'animals', name), { recursive: true });
    for (let i = 0; i < each; i++) {
      const random = key(1000 * seed + 10 * i + label);
      const [w = 0, h = 0, channels = 0, paper = 0] = draws(random, 4, 256);
      const [width, height] = [6 + (w % 30), 6 + (h % 30)];
      const planes = channels % 2 === 0 ? 1 : 3;
      const noise = draws(key(7 * seed + i), planes * height * width, 30);
      const data = Uint8Array.from(noise, (v, p) => {
        const [row, column] = [Math.floor(p / width) % height, p % width];
        const middle = Math.abs(row - height / 2) < height / 4 && Math.abs(column - width / 2) < width / 4;
        return middle ? v + (label === 0 ? 220 : 5) : (v + paper) % 256;
      });
      await writePng(join(root, 'animals', name, `${i}.png`), { dtype: 'uint8', shape: [planes, height, width], data });
    }
  }
}

/** Settings by number, so that a failure can be repeated. */
function setting(seed: number) {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = draws(key(seed), 5, 1000);
  const [width, height] = [5 + (a % 12), 5 + (b % 12)];
  const channels = c % 2 === 0 ? 1 : 3;
  const invert = ([undefined, false, true, 'auto'] as const)[d % 4];
  const fit = ([undefined, 'contain', 'fill'] as const)[a % 3];
  const transform: unknown[][] = (
    [
      [],
      [
        ['resize', [height + 3, width + 2]],
        ['centerCrop', [height, width]],
      ],
      [['toFloat'], ['normalize', 0.4, 0.3]],
    ] as const
  )[e % 3]?.map((one) => [...one]) as unknown[][];
  const augment = b % 2 === 0 ? [] : [['randomHorizontalFlip'], ['randomCrop', [height, width], { padding: 1 }]];
  const data = {
    images: 'animals',
    width,
    height,
    channels,
    ...(invert !== undefined && { invert }),
    ...(fit !== undefined && { fit }),
  };
  const model = [...(e % 3 === 2 ? [] : [['rescale', 1 / 255]]), 'flatten', ['linear', channels * height * width, 2]];
  return {
    model,
    data,
    transform,
    augment,
    optimizer: ['adam', { lr: 0.01 }],
    batchSize: 4,
    epochs: 3,
    backend: 'onnx:cpu',
  };
}

describe('pictures are prepared for predict as they were for training', () => {
  test.each(Array.from({ length: 12 }, (_, i) => i))(
    'bit for bit, with the same accuracy: setting %i',
    async (seed) => {
      const root = folder();
      await picturesIn(root, seed);
      const config = setting(seed);
      writeFileSync(join(root, 'a.json'), JSON.stringify(config));
      expect(await descent(root, 'train', 'a.json', '--out', 'run', '-q')).toMatchObject({ code: 0, err: '' });
      const { train } = ofOneArray(await (await loadConfig('a.json', root)).data.load());
      const paths = (await listImageFolder(join(root, 'animals'))).samples.map(({ path }) => path);
      const size = train.x.data.length / train.length;
      for (const path of ['run/model.onnx', 'run']) {
        const model = await openImageModel(join(root, path), undefined, silentIo());
        const input = imageInput(model, path);
        expect(input.notes).toEqual([]);
        for (const [i, file] of paths.entries()) {
          const { x } = await openImage(file, model, input);
          expect(x.dtype).toBe(train.x.dtype);
          expect([...x.data]).toEqual([...train.x.data.subarray(i * size, (i + 1) * size)]);
        }
        await model.dispose();
      }
      // The accuracy that a run on the same pictures as held-out data reports is that of predict.
      writeFileSync(join(root, 'b.json'), JSON.stringify({ ...config, data: { ...config.data, test: 'animals' } }));
      expect((await descent(root, 'train', 'b.json', '--out', 'tested', '-q')).code).toBe(0);
      const last = JSON.parse(
        readFileSync(join(root, 'tested', 'metrics.jsonl'), 'utf8')
          .trim()
          .split('\n')
          .at(-1) as string,
      );
      const { out } = await descent(root, 'predict', 'tested/model.onnx', ...paths, '--json', '--top', '1');
      const answers = JSON.parse(out) as { image: string; predictions: { label: string }[] }[];
      const right = answers.filter(({ image, predictions }) => image.includes(`${predictions[0]?.label}/`)).length;
      expect(right / paths.length).toBeCloseTo(last.test.accuracy, 10);
    },
  );

  test('the images of a config in TypeScript carry it with them', async () => {
    const root = folder();
    await picturesIn(root, 3);
    writeFileSync(
      join(root, 'a.ts'),
      `import { flatten, linear, rescale, sequential, sgd } from '@descent/core';
import { imageFolder } from '@descent/datasets';
const train = await imageFolder('${join(root, 'animals')}', { width: 9, height: 5, fit: 'fill', invert: true });
export default { model: sequential(rescale(1 / 255), flatten(), linear(45, 2)), data: { train }, optimizer: sgd({ lr: 0.1 }), epochs: 1, backend: 'reference' };`,
    );
    expect(await descent(root, 'train', 'a.ts', '--out', 'run', '-q')).toMatchObject({ code: 0, err: '' });
    const model = await loadOnnx(join(root, 'run', 'model.onnx'));
    expect(model.preprocessing).toMatchObject({ width: 9, height: 5, channels: 1, fit: 'fill', invert: true });
    const data = await imageFolder(join(root, 'animals'), { width: 9, height: 5, fit: 'fill', invert: true });
    const { x } = await openImage(join(root, 'animals', 'dark', '0.png'), model, imageInput(model, 'run'));
    expect(x.data).toEqual(data.x.data.slice(4 * 45, 5 * 45));
    model.dispose();
  });

  test('named sets: digits of MNIST and of sklearn, each picture by its own border', async () => {
    const root = folder();
    const [mnist, small] = [await mnistSample({ train: false }), await digits({ train: false })];
    expect(mnist.pictures).toMatchObject({ invert: 'auto', range: [0, 255] });
    const model = async (pictures: ImagePreprocessing, side: number, name: string) => {
      const network = sequential(flatten(), linear(side * side, 2));
      await exportOnnx(network, {
        parameters: initParameters(network, 0),
        sample: { shape: [1, side, side], dtype: 'float32' },
        path: join(root, name),
        labels: [],
        preprocessing: pictures,
        inputs: { dtype: 'float32', shape: [1, 1, side, side], data: new Float32Array(side * side) },
      });
      return loadOnnx(join(root, name));
    };
    // Floats of the set's own scale, as a network on float32 items would see them.
    const bytes = await model({ ...(small.pictures as ImagePreprocessing), dtype: 'float32' }, 8, 'digits.onnx');
    const [digit, scaled] = [subset(small, [5]).x, subset(small, [5]).x.data.map((v) => Math.round((v * 255) / 16))];
    await writePng(join(root, 'digit.png'), { dtype: 'uint8', shape: [8, 8], data: scaled });
    await writePng(join(root, 'ink.png'), { dtype: 'uint8', shape: [8, 8], data: scaled.map((v) => 255 - v) });
    const input = imageInput(bytes, 'digits.onnx');
    for (const [file, inverted] of [
      ['digit.png', false],
      ['ink.png', true],
    ] as const) {
      const opened = await openImage(join(root, file), bytes, input);
      expect(opened.inverted).toBe(inverted);
      for (const [i, v] of opened.x.data.entries()) expect(v).toBeCloseTo(digit.data[i] as number, 1);
    }
    bytes.dispose();
  });
});

describe('what descent predict says', () => {
  const network = sequential(flatten(), linear(16, 2));
  const exported = async (root: string, preprocessing: ImagePreprocessing | null): Promise<void> => {
    await exportOnnx(network, {
      parameters: initParameters(network, 0),
      sample: { shape: [1, 4, 4] },
      path: join(root, 'm.onnx'),
      labels: ['a', 'b'],
      preprocessing,
      inputs: { dtype: 'float32', shape: [1, 1, 4, 4], data: new Float32Array(16) },
    });
    await writePng(join(root, 'a.png'), { dtype: 'uint8', shape: [4, 4], data: new Uint8Array(16).fill(250) });
  };
  const known: ImagePreprocessing = { width: 4, height: 4, channels: 1, fit: 'fill', invert: 'auto', range: [0, 1] };

  test('options that differ from training are told, and what was guessed of a picture', async () => {
    const root = folder();
    await exported(root, known);
    const plain = await descent(root, 'predict', 'm.onnx', 'a.png');
    expect(plain.err).toBe('');
    expect(plain.out).toContain('dark and bright were exchanged');
    const turned = await descent(
      root,
      'predict',
      'm.onnx',
      'a.png',
      '--invert',
      'false',
      '--fit',
      'fill',
      '--range',
      '-1,1',
    );
    expect(turned.err).toBe(
      'note: --invert false is not how the training pictures were prepared: invert auto\nnote: --range -1,1 is not how the training pictures were prepared: range 0,1\n',
    );
    expect(turned.out).not.toContain('exchanged');
    const { out } = await descent(root, 'predict', '--help');
    for (const option of ['--invert', '--fit', '--range']) expect(out).toContain(option);
  });

  test('a model that says nothing is taken in a way that is told', async () => {
    const root = folder();
    await exported(root, null);
    const { err, code } = await descent(root, 'predict', 'm.onnx', 'a.png');
    expect(code).toBe(0);
    expect(err).toContain('taken as grey 4 × 4, black 0, white 1, fit contain, invert false');
  });

  test('numbers that are no pixels are refused, unless the range is given', async () => {
    const root = folder();
    await exported(root, { ...known, range: 'unknown', assumed: true });
    const refused = await descent(root, 'predict', 'm.onnx', 'a.png');
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toContain('--range 0,1');
    expect((await descent(root, 'predict', 'm.onnx', 'a.png', '--range', '-1,1')).code).toBe(0);
  });

  test.each([
    ['a random one', [{ transform: 'randomCrop', options: {} }], 'random'],
    ['an unknown one', [{ transform: 'system', options: {} }], 'there is no such transform'],
    ['one of other options', [{ transform: 'resize', options: {} }], 'transforms'],
    ['one that makes a huge picture', [{ transform: 'resize', options: { size: [1e5, 1e5] } }], 'too large'],
    ['one of another size', [{ transform: 'resize', options: { size: [5, 5], antialias: true } }], 'not what it takes'],
  ])('transforms in a file that anybody may have edited: %s', async (_, transforms, message) => {
    const root = folder();
    await exported(root, { ...known, transforms });
    const { err, code } = await descent(root, 'predict', 'm.onnx', 'a.png');
    expect(err).toMatch(/^error: /);
    expect(err).toContain(message);
    expect(code).toBe(1);
  });

  test('good pictures are answered although one is bad', async () => {
    const root = folder({ 'bad.png': 'nothing' });
    await exported(root, known);
    const { out, err, code } = await descent(root, 'predict', 'm.onnx', 'a.png', 'bad.png', 'none.png', 'a.png');
    expect(out.match(/^a\.png: /gm)).toHaveLength(2);
    expect(err).toMatch(/error: .*bad\.png at byte 0: this is not an image/);
    expect(err).toMatch(/error: .*none\.png: /);
    expect(err).toContain('2 of 4 images could not be read');
    expect(code).toBe(1);
    const json = await descent(root, 'predict', 'm.onnx', 'bad.png', 'a.png', '--json');
    expect(JSON.parse(json.out)).toMatchObject([
      { image: 'bad.png', error: expect.any(String) },
      { image: 'a.png', predictions: expect.any(Array) },
    ]);
    expect(json.code).toBe(1);
  });
});
