// Against the built package, whose workers are files of their own.
import { execFileSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

test('workers of the built package make the batches of none', () => {
  const module = pathToFileURL(`${PACKAGE}/test/fixtures/lazy-module.mjs`).href;
  const program = `
    import { loader, mnistSample, moduleDataset, randomCrop } from '@descent/datasets';
    const lazy = await moduleDataset({ module: new URL('${module}'), export: 'toyItems', options: { length: 50 } });
    const images = await mnistSample({ train: false });
    const hash = async (batches) => {
      let sum = 0;
      for await (const { x, y } of batches) sum = [...x.data, ...y.data].reduce((a, b) => (a * 31 + b) % 1000003, sum);
      return sum;
    };
    for (const [data, transform] of [[lazy, []], [images, [randomCrop(28, { padding: 2 })]]]) {
      const sums = [];
      for (const workers of [0, 1, 2]) sums.push(await hash(loader(data, { batchSize: 64, shuffle: true, transform, workers })));
      console.log(new Set(sums).size);
    }
  `;
  const words = ['--input-type=module', '--eval', program];
  expect(execFileSync(process.execPath, words, { encoding: 'utf8', cwd: PACKAGE })).toBe('1\n1\n');
});
