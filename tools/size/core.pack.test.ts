import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const BUNDLE_LIMIT_BYTES = 40_000;
const IMPORT_LIMIT_MS = 50;

const entry = fileURLToPath(new URL('mlp-train.entry.ts', import.meta.url));
const core = fileURLToPath(new URL('../../packages/core/dist/public/index.js', import.meta.url));

test(`a bundle that trains an MLP stays under ${BUNDLE_LIMIT_BYTES / 1000} kB gzipped`, async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2023',
    // Core is no Node package: a bundle for the browser must not need a shim.
    platform: 'neutral',
  });
  const bytes = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
  const largest = Object.entries(Object.values(metafile.outputs)[0]?.inputs ?? {})
    .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
    .slice(0, 5)
    .map(([file, { bytesInOutput }]) => `${file} ${bytesInOutput} B`);
  console.log(
    `MLP training bundle: ${(bytes / 1000).toFixed(1)} kB gzipped; largest before gzip: ${largest.join(', ')}`,
  );
  expect(bytes).toBeGreaterThan(1000);
  expect(bytes).toBeLessThan(BUNDLE_LIMIT_BYTES);
});

test(`importing @descent/core takes under ${IMPORT_LIMIT_MS} ms`, () => {
  expect(existsSync(core), `${core} is missing; build first (pnpm build)`).toBe(true);
  const program = `
    const start = performance.now();
    await import(${JSON.stringify(pathToFileURL(core).href)});
    console.log(performance.now() - start);`;
  const times = Array.from({ length: 5 }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })),
  ).sort((a, b) => a - b);
  const median = times[2] ?? Number.NaN;
  console.log(
    `import of @descent/core: median ${median.toFixed(1)} ms of ${times.map((t) => t.toFixed(1)).join(', ')}`,
  );
  expect(median).toBeLessThan(IMPORT_LIMIT_MS);
});
