import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';

// A page that trains in a browser shall be under 45 kB without the runtime. A third of this is checks, their messages and the diagnosis.
const BUNDLE_LIMIT_BYTES = 45_000;
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
    const cpu = process.cpuUsage();
    await import(${JSON.stringify(pathToFileURL(index).href)});
    const { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify({ wall: performance.now() - start, cpu: (user + system) / 1000 }));`;
  const runs = Array.from({ length: 5 }, () => {
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
    return JSON.parse(printed) as { wall: number; cpu: number };
  });
  const wall = median(runs.map((run) => run.wall));
  const cpu = median(runs.map((run) => run.cpu));
  console.log(`import of @descent/core: median ${wall.toFixed(1)} ms, of CPU time ${cpu.toFixed(1)} ms`);
  // On a machine with nothing else to do they are nearly the same; on a busy one only CPU time says what the import costs.
  expect(Math.min(wall, cpu)).toBeLessThan(IMPORT_LIMIT_MS);
});

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
