import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test.each(['checkpoints', 'scores', 'statistics'])(
  'for browsers, nothing of Node is reachable from the entry %s, nor another package than core',
  async (entry) => {
    const { metafile } = await build({
      entryPoints: [fileURLToPath(new URL(`../src/public/${entry}.ts`, import.meta.url))],
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'browser',
      conditions: ['@descent/source'],
      external: ['node:*'],
      logLevel: 'error',
    });
    const outside = Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter((i) => i.external === true));
    expect(outside).toEqual([]);
    expect(Object.keys(metafile.inputs).filter((file) => !/packages\/(core|runs)\/src\//.test(file))).toEqual([]);
  },
);
