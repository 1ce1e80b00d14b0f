import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const FIXTURE = fileURLToPath(new URL('./fixtures/lazy-module.mjs', import.meta.url));

/** Lazy data by a worker, lazy data without, and data in memory with workers that it does not need. */
const PROGRAM = `
import { iris, loader, moduleDataset, randomHorizontalFlip } from './src/public/index.ts';
async function main() {
  const lazy = await moduleDataset({ module: ${JSON.stringify(FIXTURE)}, export: 'toyItems', options: { length: 2 } });
  await iris().catch((error) => console.log(String(error)));
  const images = {
    ...{ name: 'images', length: 2, classes: [], x: { dtype: 'float32', shape: [2, 1, 1, 1], data: new Float32Array(2) } },
    y: { dtype: 'int32', shape: [2], data: Int32Array.of(5, 6) },
  };
  const cases = [[lazy, { workers: 1 }], [lazy, {}], [images, { workers: 2, transform: randomHorizontalFlip() }]];
  for (const [data, options] of cases) {
    try {
      for await (const { y } of loader(data, { batchSize: 2, ...options })) { console.log('labels', [...y.data].join(' ')); break; }
    } catch (error) {
      console.log(String(error));
    }
  }
}
main();
`;

test.each(['esm', 'cjs'] as const)(
  'a bundle (%s) without the worker file says so where it is needed',
  async (format) => {
    const cache = join(PACKAGE, 'node_modules', '.cache');
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, 'descent-bundle-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'bundle', 'to', `app.${format === 'esm' ? 'mjs' : 'cjs'}`);
    await build({
      stdin: { contents: PROGRAM, resolveDir: PACKAGE, loader: 'ts' },
      outfile: file,
      bundle: true,
      platform: 'node',
      format,
      conditions: ['@descent/source'],
      external: ['sharp'],
      ...(format === 'esm' && {
        banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      }),
      logLevel: 'silent',
    });
    const { stdout } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    expect(stdout).toContain('the file that worker threads run is not there');
    expect(stdout).toContain('leave the package out of the bundle (esbuild: --external:@descent/datasets;');
    expect(stdout).toContain('or pass workers: 0');
    expect(stdout).toContain('labels 0 1');
    expect(stdout).toContain('labels 5 6');
    expect(stdout).toContain('the data that ship inside @descent/datasets are not beside its code');
    expect(stdout).not.toContain('TypeError');
  },
);
