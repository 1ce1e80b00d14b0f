// Runs one reader in processes of its own, with limits, and collects what went wrong.
import { fork } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inputOf } from './readers.mjs';

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));
const MEGABYTE = 2 ** 20;
/** A new process after so many inputs, so that what one leaves behind is not counted against another. */
const PER_PROCESS = 2000;

/**
 * @typedef {object} Limits
 * @property {number} seconds For one input.
 * @property {number} heapMegabytes For JavaScript's own memory.
 * @property {number} residentMegabytes For all memory of the process.
 */

/** @typedef {{ readonly reader: string, readonly index: number, readonly kind: string, readonly text: string, readonly file: string }} Finding */

/**
 * @param {import('./readers.mjs').Reader} reader
 * @param {{ readonly seed: string, readonly first: number, readonly last: number, readonly until: number, readonly limits: Limits, readonly maxFindings: number }} job
 * @returns {Promise<{ readonly tried: number, readonly findings: readonly Finding[] }>}
 */
export async function runReader(reader, { seed, first, last, until, limits, maxFindings }) {
  /** @type {Finding[]} */
  const findings = [];
  const seeds = await reader.seeds();
  const saved = join(tmpdir(), 'descent-fuzz', reader.name);
  let [index, tried] = [first, 0];
  // The first process always runs: where the machine is busy, starting it may take the whole time.
  do {
    const outcome = await runProcess(reader.name, seed, index, Math.min(last, index + PER_PROCESS), until, limits);
    for (const { index: at, kind, text } of outcome.findings) {
      mkdirSync(saved, { recursive: true });
      const file = join(saved, `${seed}-${at}`);
      writeFileSync(file, inputOf(reader, seeds, seed, at));
      findings.push({ reader: reader.name, index: at, kind, text, file });
    }
    tried += outcome.next - index;
    index = outcome.next;
  } while (index < last && Date.now() < until && findings.length < maxFindings);
  return { tried, findings };
}

/**
 * @param {string} name
 * @param {string} seed
 * @param {number} first
 * @param {number} last
 * @param {number} until
 * @param {Limits} limits
 * @returns {Promise<{ readonly next: number, readonly findings: readonly { readonly index: number, readonly kind: string, readonly text: string }[] }>}
 */
function runProcess(name, seed, first, last, until, limits) {
  const folder = mkdtempSync(join(tmpdir(), 'descent-fuzz-'));
  /** @type {{ index: number, kind: string, text: string }[]} */
  const findings = [];
  const child = fork(CHILD, [name, seed, `${first}`, `${last}`, folder, `${until}`], {
    execArgv: [`--max-old-space-size=${limits.heapMegabytes}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    complaints = (complaints + text).slice(-2000);
  });
  /** @type {number | undefined} */
  let done;
  /** @type {string | undefined} */
  let killed;
  let [index, since] = [-1, Date.now()];
  child.on('message', (/** @type {any} */ message) => {
    if (message.finding !== undefined) findings.push(message.finding);
    if (message.done !== undefined) done = message.done;
  });
  const watch = setInterval(() => {
    const at = indexIn(folder);
    // The first input waits for the process to start, too.
    if (at !== index) [index, since] = [at, Date.now()];
    if (Date.now() - since > limits.seconds * 1000 * (index < 0 ? 6 : 1)) killed = `no answer in ${limits.seconds} s`;
    const megabytes = residentMegabytes(child.pid ?? 0);
    if (megabytes > limits.residentMegabytes) killed = `${Math.round(megabytes)} MB of memory`;
    if (killed !== undefined) child.kill('SIGKILL');
  }, 100);
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearInterval(watch);
      const at = Math.max(first, indexIn(folder));
      rmSync(folder, { recursive: true, force: true });
      if (done === undefined) {
        findings.push({ index: at, kind: killed ?? 'a crash', text: `exit ${code}, signal ${signal}\n${complaints}` });
      }
      resolve({ next: done ?? at + 1, findings });
    });
  });
}

/** @param {string} folder */
function indexIn(folder) {
  const file = `${folder}/progress`;
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text === '' ? -1 : Number.parseInt(text, 10);
}

/**
 * Only Linux tells it without a program of its own; elsewhere JavaScript's own limit has to do.
 *
 * @param {number} pid
 */
function residentMegabytes(pid) {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096) / MEGABYTE;
  } catch {
    return 0;
  }
}
