/**
 * What types cost: checks a program with one long `sequential` against built packages/core, with both compilers.
 *
 *     node tools/types/cost.mjs [--layers 60] [--times 3] [--core packages/core] [--against <another built packages/core>]
 *
 * Prints the seconds of checking (the median) and the instantiations of types; with `--against` their ratios, too. The program is checked once with
 * `sequential(…)` and once without it, where the layers stand in a list: the difference is what the chain costs. Build first.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    layers: { type: 'string', default: '60' },
    times: { type: 'string', default: '3' },
    core: { type: 'string', default: join(root, 'packages', 'core') },
    against: { type: 'string' },
  },
});
const layers = Number(values.layers);
const times = Number(values.times);
if (!Number.isInteger(layers) || layers < 1 || !Number.isInteger(times) || times < 1) {
  throw new Error(`--layers and --times are whole numbers of at least 1, not ${values.layers} and ${values.times}`);
}

const COMPILER_OPTIONS = {
  target: 'es2022',
  lib: ['es2023'],
  module: 'nodenext',
  types: [],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
};
const chain = Array.from({ length: layers }, (_, i) =>
  i % 2 === 0 ? `  linear(${64 + i}, ${66 + i}),` : '  relu(),',
).join('\n');
const PROGRAMS = {
  chain: `import { linear, relu, sequential } from '@descent/core';\nexport const net = sequential(\n${chain}\n);\n`,
  list: `import { type Layer, linear, relu } from '@descent/core';\nexport const layers: Layer[] = [\n${chain}\n];\n`,
};

const work = mkdtempSync(join(tmpdir(), 'descent-types-'));
try {
  for (const compiler of ['typescript', 'typescript-5']) {
    for (const program of /** @type {const} */ (['list', 'chain'])) {
      const here = median(values.core, compiler, program);
      print(`${compiler}, ${program} of ${layers}`, here);
      if (values.against === undefined) continue;
      const there = median(values.against, compiler, program);
      print('  against', there);
      const ratio = here.instantiations / there.instantiations;
      console.log(
        `  ratios   ${(here.seconds / there.seconds).toFixed(2)} of the time, ${ratio.toFixed(2)} of the types`,
      );
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/**
 * @param {string} label
 * @param {Cost} cost
 */
function print(label, { seconds, instantiations }) {
  console.log(`${label}: ${seconds.toFixed(3)} s to check, ${instantiations} instantiations`);
}

/**
 * @typedef {{ seconds: number, instantiations: number }} Cost
 * @param {string} core
 * @param {string} compiler
 * @param {'chain' | 'list'} program
 * @returns {Cost}
 */
function median(core, compiler, program) {
  const costs = Array.from({ length: times }, () => checked(core, compiler, program));
  return /** @type {Cost} */ (costs.sort((a, b) => a.seconds - b.seconds)[Math.floor(times / 2)]);
}

/**
 * @param {string} core
 * @param {string} compiler
 * @param {'chain' | 'list'} program
 * @returns {Cost}
 */
function checked(core, compiler, program) {
  const project = mkdtempSync(join(work, 'project-'));
  mkdirSync(join(project, 'node_modules', '@descent'), { recursive: true });
  symlinkSync(resolve(core), join(project, 'node_modules', '@descent', 'core'), 'dir');
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(join(project, 'main.ts'), PROGRAMS[program]);
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ['main.ts'] }),
  );
  const tsc = join(root, 'node_modules', compiler, 'bin', 'tsc');
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', project, '--extendedDiagnostics'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the program does not compile:\n${stdout}`);
  const found = (/** @type {string} */ name) => Number(new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(stdout)?.[1]);
  return { seconds: found('Check time'), instantiations: found('Instantiations') };
}
