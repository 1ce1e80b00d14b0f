import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { descent, folder, tinyConfig } from './helpers.ts';

const losses = (root: string, run: string): number[] =>
  readFileSync(join(root, run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { train: { loss: number } }).train.loss);

describe('augment', () => {
  const augmented = (list: string, more = ''): string =>
    tinyConfig(`augment: [${list}], ${more}`).replace(
      "from '@descent/core';",
      "from '@descent/core';\nimport { mixup, randomCrop, resize } from '@descent/datasets';",
    );
  const crop = 'randomCrop(4, { padding: 1 })';

  test('changes the training data only, by the seed, and resumes', async () => {
    const root = folder({ 'plain.ts': tinyConfig(), 'a.ts': augmented(`${crop}, mixup({ classes: 2, alpha: 0.2 })`) });
    for (const [file, out] of [
      ['plain.ts', 'plain'],
      ['a.ts', 'a'],
      ['a.ts', 'again'],
    ] as const) {
      const { code, err } = await descent(root, 'train', file, '--out', out, '--epochs', '4');
      expect([code, err]).toEqual([0, '']);
    }
    expect(losses(root, 'a')).toEqual(losses(root, 'again'));
    expect(losses(root, 'a')).not.toEqual(losses(root, 'plain'));
    await descent(root, 'train', 'a.ts', '--out', 'part', '--epochs', '2');
    expect((await descent(root, 'resume', 'part', '--epochs', '4')).code).toBe(0);
    expect(losses(root, 'part')).toEqual(losses(root, 'a'));
  });

  test('JSON names transforms', async () => {
    const root = folder();
    const config = {
      model: [['rescale', 1 / 255], 'flatten', ['linear', 784, 10]],
      data: 'mnist-sample',
      optimizer: ['sgd', { lr: 0.1 }],
      augment: [
        ['randomCrop', 28, { padding: 2 }],
        ['randomRotation', 10],
        ['randomErasing', { p: 0.1 }],
      ],
      batchSize: 500,
      epochs: 1,
      backend: 'onnx:cpu',
    };
    writeFileSync(join(root, 'a.json'), JSON.stringify(config));
    expect(await descent(root, 'train', 'a.json', '-q')).toEqual({ code: 0, out: 'runs/a\n', err: '' });
    writeFileSync(join(root, 'b.json'), JSON.stringify({ ...config, augment: [['randomCorp', 28]] }));
    const wrong = await descent(root, 'train', 'b.json');
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain("augment.0: there is no transform 'randomCorp'; did you mean 'randomCrop'?");
    writeFileSync(join(root, 'c.json'), JSON.stringify({ ...config, augment: [['randomCrop', 28, { pading: 2 }]] }));
    expect((await descent(root, 'train', 'c.json')).err).toContain("has no option 'pading'; did you mean 'padding'?");
  });

  test('refuses what would change the type of samples', async () => {
    const root = folder({ 'a.ts': augmented('resize(2)'), 'b.ts': augmented('randomCrop(9)'), 'c.ts': augmented('5') });
    const resized = await descent(root, 'train', 'a.ts');
    expect(resized.code).toBe(2);
    expect(resized.err).toContain(
      'augment: augmented samples must be of the type of the others\n  received: uint8 [1, 2, 2]',
    );
    const tooLarge = await descent(root, 'train', 'b.ts');
    expect(tooLarge.err).toContain('transforms[0] randomCrop(9');
    const none = await descent(root, 'train', 'c.ts');
    expect(none.err).toContain('augment.0: received 5, expected');
  });
});
