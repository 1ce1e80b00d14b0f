// Joins the many small files of core into a few for the tarball: Node opens each module of a package separately, which took
// a hundred milliseconds and more (docs/decisions/005-core-is-published-joined.md). The workspace itself runs the files of `tsc`.
// Run: node scripts/bundle-core.mjs
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { rolldown } from 'rolldown';
import { starEntry } from './star-entry.mjs';

const core = join(dirname(fileURLToPath(import.meta.url)), '..', 'packages', 'core');
const entries = join(core, 'src', 'public');

/** A page that trains a small network, and what a backend is for it before its engine is there. */
const PAGE = `
  export { accuracy, adam, createTrainer, crossEntropy, fit, flatten, linear, relu, rescale, sequential, sgd } from './index.ts';
  export { expectWorker, laterBackend } from './backend.ts';`;

/** What belongs together besides: each is a file, with all that it imports and that is in none before it. */
const TOGETHER = {
  // Ops that a backend looks for by themselves in what it lowers, and small ones: apart from all others, which a page fetches for the check of a device only.
  sought: `
    export { avgPool2dGradOp, conv2dInputGradOp, conv2dOp, maxPool2dGradOp } from './ops.ts';
    export { erf, floor, greaterEqual, hardtanh, logicalAnd, logicalNot, logicalOr, minimum } from './ops.ts';
    export * from '../ops/elementwise/_erf.ts';`,
  // What is said of things that cannot be used, and what an output is.
  refused: `export * from '../train/refusals.ts'; export { expectTargets, outputKind } from './index.ts';`,
  drawn: `export { normal, permutation } from './random.ts'; export { drawStep } from '../train/draw-step.ts';`,
  // What a backend is made with, once its engine is there.
  compiled: `
    export { checkProgram, createBackend, createEntries, decompose, digestOf, openAxes, optimize, toFloat16 } from './backend.ts';`,
};

// What runs in such a page lies in two files, the second with all that loads parts later. A bundler puts a file where all can reach it who
// use some of it: joined with the rest, the page would fetch code of its later parts at once; unjoined, twenty files that compress badly.
const { base, train } = await filesOf(PAGE);
const together = await Promise.all(
  Object.entries(TOGETHER).map(async ([name, code]) => ({ name, files: (await filesOf(code)).base })),
);
const bundle = await rolldown({
  input: Object.fromEntries(readdirSync(entries).map((file) => [file.replace(/\.ts$/, ''), join(entries, file)])),
  platform: 'neutral',
  logLevel: 'warn',
});
const { output } = await bundle.write({
  dir: join(core, 'bundle'),
  cleanDir: true,
  // Entries share chunks, so that an op or an error class is the same object through every entry.
  chunkFileNames: 'shared/[name]-[hash].js',
  codeSplitting: {
    groups: [
      { name: 'base', test: (id) => base.has(id) },
      { name: 'train', test: (id) => train.has(id) },
      ...together.map(({ name, files }) => ({ name, test: (/** @type {string} */ id) => files.has(id) })),
    ],
  },
  format: 'esm',
  minifyInternalExports: false,
  sourcemap: true,
  // The sources are in the tarball.
  sourcemapExcludeSources: true,
});
await bundle.close();
for (const file of output) {
  if (file.type !== 'chunk' || !file.isEntry) continue;
  const cut = starEntry(file.name, file.code, ['base', 'train']);
  if (cut === null) continue;
  const write = (/** @type {string} */ code, /** @type {string} */ name) =>
    writeFileSync(join(core, 'bundle', name), code);
  write(cut.code, file.fileName);
  cut.parts.forEach(write);
}

/**
 * Files of which `code` uses something at once: those that load others later, directly or not, are in `train`.
 * @param {string} code
 */
async function filesOf(code) {
  const { metafile } = await build({
    stdin: { contents: code, resolveDir: entries },
    absWorkingDir: core,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    outdir: core,
    write: false,
    metafile: true,
    logLevel: 'warning',
    plugins: [
      {
        // What is loaded later is not used at once.
        name: 'later',
        setup({ onResolve }) {
          onResolve({ filter: /^/ }, ({ path, kind }) => (kind === 'dynamic-import' ? { path, external: true } : null));
        },
      },
    ],
  });
  const [page] = Object.values(metafile.outputs);
  const sources = new Map(Object.entries(metafile.inputs));
  const used = Object.entries(page?.inputs ?? {}).flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 && path !== '<stdin>' ? [path] : [],
  );
  /** @param {string[]} paths */
  const withImports = (paths) => reachable(paths, (path) => importsOf(sources.get(path), 'import-statement'));
  /** @param {string} path */
  const isLoader = (path) =>
    [...withImports([path])].some((at) => importsOf(sources.get(at), 'dynamic-import').length > 0);
  // Whatever they import comes along, so that no two of the joined files need each other.
  const files = [...withImports(used)];
  return { base: pathsOf(files.filter((path) => !isLoader(path))), train: pathsOf(files.filter(isLoader)) };
}

/** @param {string[]} files */
function pathsOf(files) {
  return new Set(files.map((file) => join(core, file)));
}

/**
 * @param {{ imports: { path: string, kind: string }[] } | undefined} file
 * @param {string} wanted
 */
function importsOf(file, wanted) {
  return (file?.imports ?? []).flatMap(({ path, kind }) => (kind === wanted ? [path] : []));
}

/**
 * `start`, and all that `next` leads to from there.
 * @param {string[]} start
 * @param {(at: string) => string[]} next
 */
function reachable(start, next) {
  const found = new Set(start);
  for (const at of found) for (const other of next(at)) found.add(other);
  return found;
}
