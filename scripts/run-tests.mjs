// Every check and test, in order of price; the last line printed is `N passed, N failed, N skipped`.
// Run through `npm test`, which installs and builds first. `--quick` leaves out the slow and the packaging tests.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
/** How many failures the summary names. */
const SHOWN = 30;
/** In how many files tests may fail and be run once more; where it is more, something is broken. */
const RUN_AGAIN = 3;

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Count
 *
 * @typedef {object} Report What this script reads of the JSON reporter of vitest.
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {{ name?: string, status: string, message?: string, assertionResults: readonly Assertion[] }[]} testResults
 *
 * @typedef {{ status?: string, ancestorTitles?: readonly string[], title?: string, failureMessages?: readonly string[] }} Assertion
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
 * What failed in one run of vitest, a line each: file, titles and the first line of the reason. The summary ends with them, since the end of
 * a log is what people see first, and often all that a server keeps of it.
 *
 * @param {Report | undefined} report
 * @returns {readonly string[]}
 */
export function nameFailures(report) {
  return (report?.testResults ?? []).flatMap(({ name = '', status, message, assertionResults }) => {
    const file = relative(ROOT, name);
    if (status === 'failed' && assertionResults.length === 0) return [oneLine(file, message)];
    return assertionResults
      .filter((assertion) => assertion.status === 'failed')
      .map(({ ancestorTitles = [], title = '', failureMessages = [] }) =>
        oneLine([file, ...ancestorTitles, title].join(' › '), failureMessages[0]),
      );
  });
}

/**
 * @param {string} place
 * @param {string} [reason]
 */
function oneLine(place, reason = '') {
  const [first = ''] = stripVTControlCharacters(reason).trim().split('\n');
  return first === '' ? place : `${place}: ${first.slice(0, 300)}`;
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
  /** @type {{ name: string, count: Count, cases?: ReturnType<typeof countCases>, failures?: readonly string[], unsure?: readonly string[], seconds: number }[]} */
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
  list(
    'Failed',
    results.flatMap(({ failures = [] }) => failures),
  );
  list(
    'Failed, and were run once more',
    results.flatMap(({ unsure = [] }) => unsure),
  );
  return results.reduce(
    (total, { count }) => ({
      passed: total.passed + count.passed,
      failed: total.failed + count.failed,
      skipped: total.skipped + count.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/**
 * @param {string} title
 * @param {readonly string[]} lines
 */
function list(title, lines) {
  if (lines.length === 0) return;
  console.log(`\n${title}${lines.length > SHOWN ? `, the first ${SHOWN} of ${lines.length}` : ''}`);
  for (const line of lines.slice(0, SHOWN)) console.log(`  ${line}`);
}

/** @param {(typeof SUITES)[number]} suite */
function runSuite({ name, environment }) {
  return {
    name,
    ...runTwice((files) => runVitest(files.length === 0 ? name : `${name} that failed`, environment, files)),
  };
}

/**
 * Runs tests. What fails in few files is run once more, since browsers, package managers and engines of the machine take part: what passes
 * then is counted as passed, and named with the reason why it failed first.
 *
 * @param {(files: readonly string[]) => ReturnType<typeof runVitest>} run Of all tests where there are no files.
 */
export function runTwice(run) {
  const first = run([]);
  const unsure = nameFailures(first.report);
  const files = failedFiles(first.report);
  if (unsure.length === 0 || files.length > RUN_AGAIN) return { ...first, unsure: [] };
  const second = run(files);
  const failed = second.count.failed;
  const passed = first.count.passed + Math.max(0, unsure.length - failed);
  return {
    ...first,
    seconds: first.seconds + second.seconds,
    count: { ...first.count, passed, failed },
    failures: second.failures,
    unsure,
  };
}

/**
 * @param {string} name
 * @param {NodeJS.ProcessEnv} environment
 * @param {readonly string[]} files All where there are none.
 */
function runVitest(name, environment, files) {
  const folder = mkdtempSync(join(tmpdir(), 'descent-test-'));
  const output = join(folder, 'report.json');
  const vitest = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${output}`,
    ...files,
  ];
  const { exitCode, seconds } = timed(name, vitest, environment);
  const report = existsSync(output) ? /** @type {Report} */ (JSON.parse(readFileSync(output, 'utf8'))) : undefined;
  rmSync(folder, { recursive: true, force: true });
  return {
    report,
    seconds,
    count: countTests(report, exitCode),
    cases: countCases(report),
    failures: nameFailures(report),
  };
}

/** @param {Report | undefined} report */
function failedFiles(report) {
  return (report?.testResults ?? []).filter(({ status }) => status === 'failed').map(({ name = '' }) => name);
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
