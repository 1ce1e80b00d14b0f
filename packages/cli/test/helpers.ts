import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable, Writable } from 'node:stream';
import type { Trial } from '@descent/core/choose';
import { referenceBackend } from '@descent/core/reference';
import pc from 'picocolors';
import { onTestFinished } from 'vitest';
import { available } from '../src/auto/available.ts';
import { openBackend } from '../src/backends.ts';
import type { Io, Output } from '../src/io.ts';
import { run } from '../src/program.ts';
import { numbersOf, readEpochs } from '../src/run/epoch-log.ts';

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder with `files`, gone after the test. */
export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'descent-cli-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

/** Runs a command line in this process, in the folder `cwd`. */
export async function descent(cwd: string, ...argv: readonly string[]): Promise<Result> {
  return descentWith({}, cwd, ...argv);
}

export async function descentWith(
  {
    signal = new AbortController().signal,
    isTerminal = false,
    input,
  }: { signal?: AbortSignal; isTerminal?: boolean; input?: Readable },
  cwd: string,
  ...argv: readonly string[]
): Promise<Result> {
  const [out, err] = [capture(isTerminal), capture(isTerminal)];
  const io: Io = {
    ...{ out: out.output, err: err.output, cwd, cache: CACHE, signal },
    ...(input !== undefined && { input }),
  };
  return { code: await run(argv, io), out: out.text(), err: err.text() };
}

/** One for all tests of a process, so that 'auto' measures once at most. */
const CACHE = join(tmpdir(), `descent-cli-cache-${process.pid}`);
process.once('exit', () => rmSync(CACHE, { recursive: true, force: true }));

/** Makes `auto` take `name` without a measurement in whatever command runs next. */
export async function rememberChoice(name: string): Promise<void> {
  const { entries, auto } = await available(silentIo());
  const took = (one: string, msPerStep: number): Trial => ({
    name: one,
    state: 'measured',
    networks: [{ network: 'mlp', msPerStep, losses: [2, 1] }],
  });
  await openBackend('auto', {
    entries: entries.map((entry) => ({ ...entry, open: async () => referenceBackend() })),
    // Two that agree, or the reference interpreter would be asked.
    auto: () => ({ ...auto(), again: true, measure: async () => [took(name, 1), took('another', 2)] }),
  });
}

/** What a command is given that prints nothing that is looked at. */
export function silentIo(more: Partial<Io> = {}): Io {
  const { output } = capture();
  return { out: output, err: output, cwd: '.', cache: CACHE, signal: new AbortController().signal, ...more };
}

export function capture(isTerminal = false): { readonly output: Output; readonly text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk.toString('utf8'));
      done();
    },
  });
  if (isTerminal) Object.assign(stream, { isTTY: true, columns: 100, cursorTo() {}, clearLine() {}, moveCursor() {} });
  return { output: { stream, isTerminal, colors: pc.createColors(false) }, text: () => chunks.join('') };
}

export function readJson(...path: readonly string[]): unknown {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}

/** The numbers of the last epoch of a run, such as `test_accuracy`. */
export async function lastNumbers(...run: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const last = (await readEpochs(join(...run))).at(-1);
  return last === undefined ? {} : numbersOf(last);
}

/** 40 images of 4×4 pixels: class `left` is bright on the left, class `right` on the right. Learned in a moment by any backend. */
export const TINY_DATA = `
const n = 40;
const x = new Uint8Array(n * 16);
const y = new Int32Array(n);
for (let i = 0; i < n; i++) {
  y[i] = i % 2;
  for (let p = 0; p < 16; p++) x[i * 16 + p] = p % 4 < 2 === (y[i] === 0) ? 200 + i : i;
}
const examples = {
  name: 'halves',
  classes: ['left', 'right'],
  x: { dtype: 'uint8' as const, shape: [n, 1, 4, 4], data: x },
  y: { dtype: 'int32' as const, shape: [n], data: y },
};
`;

/** A config on the tiny data; `more` are further keys. */
export function tinyConfig(more = '', optimizer = 'sgd({ lr: 0.5 })'): string {
  return `
import { defineConfig } from '@descent/cli';
import { flatten, linear, rescale, sequential, sgd } from '@descent/core';
${TINY_DATA}
export default defineConfig({
  model: sequential(rescale(1 / 255), flatten(), linear(16, 2)),
  data: { train: examples, test: examples },
  optimizer: ${optimizer},
  batchSize: 10,
  epochs: 3,
  backend: 'reference',
  ${more}
});
`;
}
