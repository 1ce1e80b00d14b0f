import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, esbuildPage, fetchedWith, type Page, type PageFile, published, vitePage } from './page.ts';

/**
 * What a page fetches of ours at once that trains an MLP, gzipped, as Vite and esbuild build it. A quarter is checks and their messages. TensorFlow.js and ONNX
 * Runtime load when they are needed, and so does what lowers programs for them: 15 kB and 29 kB.
 */
const LIMITS: readonly { readonly name: string; readonly entry: string; readonly kB: number }[] = [
  { name: 'core alone', entry: 'mlp-train.entry.ts', kB: 41 },
  { name: 'core and TensorFlow.js', entry: 'mlp-train-tfjs.entry.ts', kB: 42.3 },
  { name: 'core and ONNX Runtime', entry: 'mlp-train-onnx.entry.ts', kB: 43.7 },
];
/** What a page fetches of ours with ONNX Runtime, gzipped: not what only exports need, nor the check of a graphics device. */
const LOWERING_KB = 30;
/** Files of TensorFlow.js and of what lowers programs for it. */
const ENGINE: readonly string[] = ['chunk', 'load', 'runner'];
/** What a page fetches of ours before it loads the MNIST sample and makes batches of it, gzipped; the data are a file of their own, and readers load on demand. */
const DATA_KB = 29;
const IMPORT_LIMIT_MS = 50;

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'descent-size-'));

beforeAll(() => {
  execFileSync(process.execPath, [pathOf('../../scripts/bundle-core.mjs')]);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each(LIMITS)('a page that trains an MLP fetches under $kB kB: $name', async ({ name, entry, kB }) => {
  const page = await vitePage(pathOf(entry));
  const split = await esbuildPage(pathOf(entry));
  console.log(`${name}: ${shown(page)}; by esbuild ${shown(split)}`);
  for (const bytes of [page, split].map(({ first }) => bytesOf(first))) {
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(kB * 1000);
  }
});

test(`what lowers programs for ONNX Runtime is under ${LOWERING_KB} kB`, async () => {
  const lowering = fetchedWith('local', await vitePage(pathOf('mlp-train-onnx.entry.ts')));
  console.log(`lowerings: ${(bytesOf(lowering) / 1000).toFixed(1)} kB in ${lowering.length} files`);
  expect(bytesOf(lowering)).toBeGreaterThan(10_000);
  expect(bytesOf(lowering)).toBeLessThan(LOWERING_KB * 1000);
  expect(lowering.map(({ code }) => code).join()).not.toContain('GlobalAveragePool');
});

test(`a page that makes batches of the MNIST sample fetches under ${DATA_KB} kB`, async () => {
  const page = await vitePage(pathOf('data.entry.ts'));
  console.log(`data: ${shown(page)}`);
  expect(bytesOf(page.first)).toBeGreaterThan(10_000);
  expect(bytesOf(page.first)).toBeLessThan(DATA_KB * 1000);
  expect(page.first.map(({ code }) => code).join()).toContain('mnist-10k');
});

/** Notes each file that runs. */
const BANNER = '(globalThis.ran ??= []).push(import.meta.url);';

/** Trains on two batches, then on one with NaN, and prints what had been loaded after each, and what the second run threw. */
function program(entry: string): string {
  return `
    const { train } = await import(${JSON.stringify(pathToFileURL(entry).href)});
    const ran = () => globalThis.ran.map((url) => url.split('/').at(-1));
    const sourceOf = (data) => ({
      length: 2,
      batchSize: 8,
      async *epoch() {
        for (let i = 0; i < 2; i++) yield { x: { dtype: 'float32', shape: [8, 28, 28], data }, y: { dtype: 'int32', shape: [8], data: new Int32Array(8).fill(i) } };
      },
    });
    const pixels = Float32Array.from({ length: 6272 }, (_, i) => i % 256);
    const atStart = ran();
    const { loss } = await train(sourceOf(pixels));
    const atEnd = ran();
    const error = await train(sourceOf(pixels.with(5, NaN))).then(() => null, ({ message }) => message);
    console.log(JSON.stringify({ loss, error, atStart, atEnd, atFailure: ran() }));`;
}

describe('a page built by esbuild', () => {
  test.each([{ splitting: true }, { splitting: false }])(
    'trains, and loads the rest when it needs it: %o',
    async ({ splitting }) => {
      const entry = 'mlp-train-tfjs.entry';
      const page = await esbuildPage(pathOf(`${entry}.ts`), { splitting, owner: 'backend-tfjs', banner: BANNER });
      const at = mkdtempSync(join(folder, 'page-'));
      writeFileSync(join(at, 'package.json'), '{ "type": "module" }');
      for (const { name, code } of [...page.first, ...page.later]) writeFileSync(join(at, basename(name)), code);
      const printed = execFileSync(
        process.execPath,
        ['--input-type=module', '--eval', program(join(at, `${entry}.js`))],
        { encoding: 'utf8' },
      );
      const { loss, error, ...ran } = JSON.parse(printed.trim().split('\n').at(-1) ?? '') as Ran;
      expect(loss).toBeGreaterThan(0);
      expect(error).toMatch(/^the loss became NaN at step 1\n|^the input x: the loss became NaN at step 1\n/);
      expect(error).toContain('NaN at element 5');
      const names = (files: readonly PageFile[]): string[] => files.map(({ name }) => basename(name)).sort();
      expect([...ran.atStart].sort()).toEqual(names(page.first));
      const kinds = (files: readonly string[]): string[] =>
        files.slice(page.first.length).map((name) => name.replace(/-.*/, ''));
      // The engine loads first, in an order that depends on how fast its files are read.
      expect(kinds(ran.atEnd).filter((kind) => !ENGINE.includes(kind))).toEqual(splitting ? ['diagnosed'] : []);
      const atFailure = kinds(ran.atFailure).filter((kind) => kind !== 'chunk');
      expect(atFailure.slice(-2)).toEqual(splitting ? ['diagnosed', 'failures'] : []);
      expect(kinds(ran.atEnd).includes('runner')).toBe(splitting);
    },
  );
});

interface Ran {
  readonly loss: number;
  readonly error: string | null;
  readonly atStart: readonly string[];
  readonly atEnd: readonly string[];
  readonly atFailure: readonly string[];
}

test(`importing @descent/core takes under ${IMPORT_LIMIT_MS} ms`, () => {
  const index = published['@descent/core'] ?? '';
  const code = `
    const start = performance.now();
    const cpu = process.cpuUsage();
    await import(${JSON.stringify(pathToFileURL(index).href)});
    const { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify({ wall: performance.now() - start, cpu: (user + system) / 1000 }));`;
  const runs = Array.from({ length: 5 }, () => {
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' });
    return JSON.parse(printed) as { wall: number; cpu: number };
  });
  const wall = median(runs.map((run) => run.wall));
  const cpu = median(runs.map((run) => run.cpu));
  console.log(`import of @descent/core: median ${wall.toFixed(1)} ms, of CPU time ${cpu.toFixed(1)} ms`);
  // On a machine with nothing else to do they are nearly the same; on a busy one only CPU time says what the import costs.
  expect(Math.min(wall, cpu)).toBeLessThan(IMPORT_LIMIT_MS);
});

/** Such as `37.9 kB in 1 file; when needed diagnosed 9.8, failures 2.4`. */
function shown({ first, later }: Page): string {
  const kB = (bytes: number): string => (bytes / 1000).toFixed(1);
  const rest = later.map((file) => `${basename(file.name).replace(/-.*/, '')} ${kB(file.bytes)}`).join(', ');
  return `${kB(bytesOf(first))} kB in ${first.length} files; when needed ${rest}`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
