import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';

const BUNDLE_LIMIT_BYTES = 40_000;
const IMPORT_LIMIT_MS = 50;

const entry = fileURLToPath(new URL('mlp-train.entry.ts', import.meta.url));
const core = new URL('../../packages/core/', import.meta.url);
const { publishConfig } = JSON.parse(readFileSync(new URL('package.json', core), 'utf8')) as {
  publishConfig: { exports: Record<string, { default: string }> };
};
/** Path of what each entry of the published package runs. */
const published = Object.fromEntries(
  Object.entries(publishConfig.exports).map(([name, target]) => [
    `@descent/core${name.slice(1)}`,
    fileURLToPath(new URL(target.default, core)),
  ]),
);
const index = published['@descent/core'] ?? '';

beforeAll(() => {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/bundle-core.mjs', import.meta.url))]);
});

test(`a bundle that trains an MLP stays under ${BUNDLE_LIMIT_BYTES / 1000} kB gzipped`, async () => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    // Core is no Node package: a bundle for the browser must not need a shim.
    platform: 'neutral',
    alias: published,
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  const bytes = gzipSync(code, { level: 9 }).length;
  console.log(
    `MLP training bundle: ${(bytes / 1000).toFixed(1)} kB gzipped, ${(code.length / 1000).toFixed(1)} kB minified`,
  );
  expect(bytes).toBeGreaterThan(1000);
  expect(bytes).toBeLessThan(BUNDLE_LIMIT_BYTES);
});

test(`importing @descent/core takes under ${IMPORT_LIMIT_MS} ms`, () => {
  const program = `
    const start = performance.now();
    await import(${JSON.stringify(pathToFileURL(index).href)});
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
