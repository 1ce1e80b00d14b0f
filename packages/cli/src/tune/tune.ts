import { availableParallelism, freemem } from 'node:os';
import { DescentError, summarize } from '@descent/core';
import { expectBackendName, loadBackends } from '../backends.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { UsageError } from '../errors.ts';
import { type Io, print } from '../io.ts';
import { preparedData } from '../run/prepared-data.ts';
import { count } from '../ui/count.ts';
import { fileSize, table } from '../ui/table.ts';
import { measureApart } from './apart.ts';
import type { Measured, Measurement } from './measurement.ts';

export interface TuneWanted {
  readonly backend?: string;
  readonly seconds: number;
  readonly max?: number;
  readonly json: boolean;
  /** Values in their places, such as `optimizer.lr=0.1`. */
  readonly set?: readonly string[];
}

/** One line of the table. */
interface Tried {
  /** The batch size, or the number of threads. */
  readonly value: number;
  readonly result: Measurement;
}

/** Doubles the batch until it does not fit, and says which is the largest that does and which is the fastest. */
export async function tuneBatch(path: string, wanted: TuneWanted, io: Io): Promise<void> {
  const config = await loaded(path, wanted, io);
  const { train } = await preparedData(config, wanted.json, io);
  const most = Math.min(wanted.max ?? train.length, train.length);
  const tried: Tried[] = [];
  let end = most === train.length ? `all ${count(train.length)} samples are one batch` : `--max ${most}`;
  for (const batchSize of sizesUpTo(most)) {
    const needed = projected(tried, batchSize);
    const free = freeMemory();
    if (needed !== null && needed > free) {
      end = `a batch of ${count(batchSize)} would take about ${fileSize(needed)}, of ${fileSize(free)} that are free`;
      break;
    }
    const result = await measureApart({ ...jobOf(path, wanted), batchSize }, io);
    tried.push({ value: batchSize, result });
    if (!wanted.json) showLine(tried, 'batch', io);
    if (result.state === 'measured') continue;
    end = `a batch of ${count(batchSize)} does not fit: ${result.reason}`;
    break;
  }
  const good = measured(tried);
  const [largest, fastest] = [good.at(-1), best(good)];
  if (largest === undefined || fastest === undefined) throw nothing(tried);
  const now = good.find(({ value }) => value === config.batchSize);
  report({ what: 'batch', tried, json: { largest: largest.value, fastest: fastest.value, end } }, wanted, io, [
    `The largest batch that fits is ${count(largest.value)}: ${end}.`,
    `The fastest is ${count(fastest.value)}, with ${rate(fastest)}${againstNow(fastest, now, config.batchSize)}.`,
    'Larger batches make fewer updates an epoch, so that another learning rate may be needed: descent lr-find finds one.',
  ]);
}

/** Tries numbers of threads, and says which is the fastest. */
export async function tuneThreads(path: string, wanted: TuneWanted, io: Io): Promise<void> {
  const config = await loaded(path, { backend: 'onnx:cpu', ...wanted }, io);
  if (config.backend !== 'onnx:cpu') {
    throw new UsageError('the threads of this backend are its own', {
      path: '--backend',
      received: config.backend,
      expected: "'onnx:cpu', whose threads descent train takes as --threads",
      fix: 'leave --backend out; OMP_NUM_THREADS and TF_NUM_INTRAOP_THREADS count for tfjs:node',
    });
  }
  const tried: Tried[] = [];
  const cores = Math.min(wanted.max ?? availableParallelism(), availableParallelism());
  for (const threads of sizesUpTo(cores)) {
    const result = await measureApart({ ...jobOf(path, wanted), backend: 'onnx:cpu', threads }, io);
    tried.push({ value: threads, result });
    if (!wanted.json) showLine(tried, 'threads', io);
  }
  const fastest = best(measured(tried));
  if (fastest === undefined) throw nothing(tried);
  report({ what: 'threads', tried, json: { fastest: fastest.value, cores: availableParallelism() } }, wanted, io, [
    `The fastest is ${count(fastest.value)} of ${count(availableParallelism())} cores, with ${rate(fastest)}: descent train ${path} --backend onnx:cpu --threads ${fastest.value}`,
  ]);
}

async function loaded(path: string, { backend, set = [] }: TuneWanted, io: Io): Promise<LoadedConfig> {
  const config = await loadConfig(path, io.cwd, { set, ...(backend !== undefined && { backend }) });
  // A wrong name is one of the command line, not one of each measurement.
  if (config.backend !== 'auto') expectBackendName(config.backend, await loadBackends([config.backend]));
  summarize(config.model, config.data.sample);
  return config;
}

function jobOf(config: string, { backend, seconds, set = [] }: TuneWanted) {
  return { config, seconds, ...(backend !== undefined && { backend }), ...(set.length > 0 && { set }) };
}

/** 1, 2, 4, … and the end itself. */
export function sizesUpTo(most: number): readonly number[] {
  const sizes: number[] = [];
  for (let size = 1; size < most; size *= 2) sizes.push(size);
  return [...sizes, most];
}

type Good = Measured & { readonly value: number };

function measured(tried: readonly Tried[]): readonly Good[] {
  return tried.flatMap(({ value, result }) => (result.state === 'measured' ? [{ ...result, value }] : []));
}

function best(good: readonly Good[]): Good | undefined {
  return good.reduce<Good | undefined>(
    (fastest, one) => (fastest === undefined || one.samplesPerSecond > fastest.samplesPerSecond ? one : fastest),
    undefined,
  );
}

/** The memory of a batch of that size, on the line through the last two; `null` where there are none. */
export function projected(tried: readonly Tried[], batchSize: number): number | null {
  const [before, last] = measured(tried).slice(-2);
  if (before === undefined || last === undefined) return null;
  const slope = Math.max(0, (last.bytes - before.bytes) / (last.value - before.value));
  return last.bytes + slope * (batchSize - last.value);
}

/** Of this machine, or of the container; a tenth is left to others. */
function freeMemory(): number {
  const { availableMemory } = process as { readonly availableMemory?: () => number };
  return 0.9 * (availableMemory?.() ?? freemem());
}

function nothing(tried: readonly Tried[]): DescentError {
  const [first] = tried;
  return new DescentError('nothing could be measured', {
    received: first?.result.state === 'failed' ? first.result.reason : 'nothing',
    fix: 'descent train shows what is wrong with the config',
  });
}

function rate({ samplesPerSecond }: Measured): string {
  return `${count(Number(samplesPerSecond.toPrecision(3)))} samples a second`;
}

function againstNow(fastest: Good, now: Good | undefined, batchSize: number): string {
  if (now === undefined) return '';
  if (now === fastest) return `, and is that of the config`;
  return `, ${(fastest.samplesPerSecond / now.samplesPerSecond).toFixed(1)} times as many as with the ${count(batchSize)} of the config`;
}

/** Prints the last line, with the head in front of the first. */
function showLine(tried: readonly Tried[], what: string, io: Io): void {
  const row = ({ value, result }: Tried): readonly string[] =>
    result.state === 'failed'
      ? [count(value), what === 'batch' && tried.length > 1 ? 'does not fit' : 'failed', '', '']
      : [count(value), count(Math.round(result.samplesPerSecond)), result.msPerStep.toFixed(2), fileSize(result.bytes)];
  const widths = [7, 14, 10, 10];
  const line = (cells: readonly string[]): string => table([cells.map((cell, c) => cell.padStart(widths[c] ?? 0))]);
  if (tried.length === 1) print(io.out, line([what, 'samples/s', 'ms/step', 'memory']));
  print(io.out, line(row(tried.at(-1) as Tried)));
}

interface Reported {
  readonly what: 'batch' | 'threads';
  readonly tried: readonly Tried[];
  readonly json: object;
}

function report({ what, tried, json }: Reported, wanted: TuneWanted, io: Io, sentences: readonly string[]): void {
  if (wanted.json) {
    const rows = tried.map(({ value, result }) => ({ [what]: value, ...result }));
    print(io.out, JSON.stringify({ ...json, measured: rows }, null, 2));
    return;
  }
  print(io.out);
  for (const sentence of sentences) print(io.out, sentence);
}
