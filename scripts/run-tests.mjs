// Every check and test, in order of price; the last line printed is `N passed, N failed, N skipped`.
// Run through `npm test`, which installs and builds first. `--quick` leaves out the slow and the packaging tests.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Count
 *
 * @typedef {object} Report What this script reads of the JSON reporter of vitest.
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {{ name?: string, status: string, assertionResults: readonly Assertion[] }[]} testResults
 *
 * @typedef {{ status?: string, ancestorTitles?: readonly string[] }} Assertion
 */

/** Checks that are no tests: nothing is counted when they pass, one failure when they do not. */
const CHECKS = [
  ['lint: biome', 'node_modules/@biomejs/biome/bin/biome', 'check'],
  ['lint: import order', 'scripts/check-layers.mjs'],
  ['core, joined', 'scripts/bundle-core.mjs'],
  ['lint: exports', 'scripts/check-exports.mjs'],
  ['lint: paths in docs', 'scripts/check-docs.mjs'],
  ['lint: unused code', 'node_modules/knip/bin/knip.js'],
  ['types', 'node_modules/typescript/bin/tsc', '-b', 'tsconfig.check.json'],
];
const SUITES = [
  { name: 'quick tests', environment: {}, quick: true },
  { name: 'slow tests', environment: { DESCENT_SLOW: '1' }, quick: false },
  { name: 'packaging tests', environment: { DESCENT_PACK: '1' }, quick: false },
];

/**
 * The counts of one run of vitest. A file that could not be loaded has no tests to count, and counts as one failure; so does
 * a run that failed outside any test.
 *
 * @param {Report | undefined} report
 * @param {number} exitCode
 * @returns {Count}
 */
export function countTests(report, exitCode) {
  if (report === undefined) {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const failed = report.numFailedTests + unloaded.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * The passed tests that are cases of the conformance kit, which runs the same ones on each engine, and the number of engines. They are many
 * and say little about the rest of the repository, so the summary names them apart.
 *
 * @param {Report | undefined} report
 * @returns {{ passed: number, engines: number }}
 */
export function countCases(report) {
  const engines = new Set();
  let passed = 0;
  for (const { name, assertionResults } of report?.testResults ?? []) {
    for (const { status, ancestorTitles = [] } of assertionResults) {
      if (status !== 'passed' || !ancestorTitles.includes('conformance')) continue;
      engines.add([name, ...ancestorTitles].join(' › '));
      passed++;
    }
  }
  return { passed, engines: engines.size };
}

/**
 * @param {readonly string[]} flags
 * @returns {Count}
 */
function runAll(flags) {
  const unknown = flags.find((flag) => flag !== '--quick');
  if (unknown !== undefined) {
    console.error(`npm test: unknown option '${unknown}'; the one option is --quick (as in: npm test -- --quick)`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const quick = flags.includes('--quick');
  /** @type {{ name: string, count: Count, cases?: ReturnType<typeof countCases>, seconds: number }[]} */
  const results = [];
  for (const [name = '', script = '', ...scriptArguments] of CHECKS) {
    const { exitCode, seconds } = timed(name, [script, ...scriptArguments], {});
    results.push({ name, seconds, count: { passed: 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 } });
  }
  for (const suite of SUITES.filter((candidate) => candidate.quick || !quick)) {
    results.push(runSuite(suite));
  }

  console.log('\nSummary');
  for (const { name, count, cases, seconds } of results) {
    const outcome = count.failed === 0 ? 'ok  ' : 'FAIL';
    const tests = name.endsWith('tests')
      ? `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`
      : '';
    console.log(`  ${outcome}  ${name.padEnd(20)}  ${seconds.toFixed(1).padStart(6)} s  ${tests}`.trimEnd());
    if (cases === undefined || cases.passed === 0) continue;
    const [same, other] = [`conformance cases, the same on each of ${cases.engines} engines`, 'other tests'];
    console.log(`${' '.repeat(39)}${cases.passed} passed are ${same}; ${count.passed - cases.passed} are ${other}`);
  }
  return results.reduce(
    (total, { count }) => ({
      passed: total.passed + count.passed,
      failed: total.failed + count.failed,
      skipped: total.skipped + count.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** @param {(typeof SUITES)[number]} suite */
function runSuite({ name, environment }) {
  const folder = mkdtempSync(join(tmpdir(), 'descent-test-'));
  const output = join(folder, 'report.json');
  const vitest = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${output}`,
  ];
  const { exitCode, seconds } = timed(name, vitest, environment);
  const report = existsSync(output) ? /** @type {Report} */ (JSON.parse(readFileSync(output, 'utf8'))) : undefined;
  rmSync(folder, { recursive: true, force: true });
  return { name, seconds, count: countTests(report, exitCode), cases: countCases(report) };
}

/**
 * @param {string} name
 * @param {readonly string[]} nodeArguments
 * @param {NodeJS.ProcessEnv} environment
 */
function timed(name, nodeArguments, environment) {
  console.log(`\n── ${name}`);
  const start = performance.now();
  const { status } = spawnSync(process.execPath, nodeArguments, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
  return { exitCode: status ?? 1, seconds: (performance.now() - start) / 1000 };
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { passed, failed, skipped } = runAll(process.argv.slice(2));
  process.exitCode = failed === 0 ? 0 : 1;
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
}
