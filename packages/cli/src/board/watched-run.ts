import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { DescentError } from '@descent/core';
import { parseEpoch } from '../run/epoch-log.ts';
import { parseRecord, type RunRecord } from '../run/record.ts';
import { stateOf } from '../runs/overview.ts';
import { counted } from '../ui/count.ts';
import { openInside, readInside } from './open-inside.ts';
import type { BoardCurve, BoardNumber, BoardRow, RunCurves } from './protocol.ts';
import { LOG_START, readOn } from './read-on.ts';
import { type ThinCurve, thinCurve } from './thin-curve.ts';

/** A run that is looked at again and again; only what is new is read. */
export interface WatchedRun {
  readonly path: string;
  /** Null when it cannot be read. */
  record(): RunRecord | null;
  /** Reads what changed, of a long log one part. */
  look(): Promise<void>;
  row(): BoardRow;
  /** About `most` points of each, at most. */
  curves(most?: number): RunCurves;
}

export interface WatchRunOptions {
  /** Nothing outside of this folder is read. */
  readonly root: string;
  readonly path: string;
  readonly key: number;
  readonly name: string;
  /** Which way numbers get better whose run does not say it. */
  readonly directions: Readonly<Record<string, 'lower' | 'higher'>>;
}

/** Of a `run.json`; the largest has a line for each layer and class. */
const MOST_RECORD = 32 << 20;

/** Of one part of the data: so many metrics nobody looks at. */
const MOST_NUMBERS = 40;

type Read = { readonly record: RunRecord } | { readonly record: null; readonly problem: string | null };

/** Watches the run in the folder `path`. */
export function watchRun({ root, path, key, name, directions }: WatchRunOptions): WatchedRun {
  let stamp = '';
  let read: Read = { record: null, problem: null };
  let place = LOG_START;
  let log = emptyLog();
  let seen: Omit<BoardRow, 'revision'> | null = null;
  let revision = 0;

  const lookAtRecord = async (): Promise<void> => {
    const file = join(path, 'run.json');
    const now = await stampOf(file);
    if (now === stamp) return;
    stamp = now;
    read = await readRecord(root, file);
  };

  const lookAtLog = async (): Promise<boolean> => {
    const file = await openInside(root, join(path, 'metrics.jsonl'));
    if (file === null) {
      if (place.offset > 0) [place, log] = [LOG_START, emptyLog()];
      return false;
    }
    try {
      const part = await readOn(file, place);
      if (part.isAnother) log = emptyLog();
      place = part.place;
      const better = { ...directions, ...read.record?.settings.better };
      for (const line of part.lines) addLine(log, line, better);
      return part.isMore;
    } finally {
      await file.close();
    }
  };

  return {
    path,
    record: () => read.record,
    async look() {
      await lookAtRecord();
      const isReading = await lookAtLog();
      const row = { ...rowOf(read, log), key, name, isReading, ...(await standing(path, read, stamp !== NO_FILE)) };
      // Its numbers are others whenever its log grew.
      if (seen !== null && JSON.stringify(row) === JSON.stringify(seen)) return;
      seen = row;
      revision += 1;
    },
    row: () => ({ ...(seen ?? { ...rowOf(read, log), key, name, ...UNSEEN }), revision }),
    curves: (most) => ({ key, revision, curves: named(log).map(([name, one]) => packed(name, one.curve, most)) }),
  };
}

const UNSEEN = { isReading: true, state: 'starting', problem: null, hasReport: false } as const;

/** What the lines so far say; it grows, since copying it for each line would take longer than reading it. */
interface Log {
  epochs: number;
  seconds: number;
  /** Lines that tell of no epoch. */
  damaged: number;
  readonly tracked: readonly {
    readonly part: 'validation' | 'test' | 'train';
    readonly metrics: Map<string, Tracked>;
  }[];
}

/** One number so far. */
interface Tracked {
  last: number;
  best: number | null;
  bestEpoch: number;
  readonly better: 'lower' | 'higher' | undefined;
  readonly curve: ThinCurve;
}

function emptyLog(): Log {
  const tracked = (['validation', 'test', 'train'] as const).map((part) => ({ part, metrics: new Map() }));
  return { epochs: 0, seconds: 0, damaged: 0, tracked };
}

function addLine(log: Log, line: string, directions: Readonly<Record<string, 'lower' | 'higher'>>): void {
  const epoch = parseEpoch(line);
  if (epoch === undefined) {
    if (line.trim() !== '') log.damaged += 1;
    return;
  }
  log.epochs = epoch.epoch;
  log.seconds += Number.isFinite(epoch.seconds) ? epoch.seconds : 0;
  const step = Number.isFinite(epoch.step) ? epoch.step : epoch.epoch;
  const place = { epoch: epoch.epoch, step, seconds: log.seconds };
  for (const { part, metrics } of log.tracked) {
    const numbers: Readonly<Record<string, unknown>> = epoch[part] ?? {};
    for (const name in numbers) {
      // JSON has no NaN, and writes null; a log that others wrote may hold anything.
      const value = numbers[name] === null ? Number.NaN : numbers[name];
      if (typeof value !== 'number') continue;
      const tracked = metrics.get(name) ?? track(metrics, name, directions);
      if (tracked === null) continue;
      add(tracked, value, epoch.epoch);
      tracked.curve.add(place, value);
    }
  }
}

function track(
  metrics: Map<string, Tracked>,
  name: string,
  directions: Readonly<Record<string, 'lower' | 'higher'>>,
): Tracked | null {
  if (metrics.size === MOST_NUMBERS) return null;
  const better = Object.hasOwn(directions, name) ? directions[name] : undefined;
  const tracked = { last: Number.NaN, best: null, bestEpoch: 0, better, curve: thinCurve() };
  metrics.set(name, tracked);
  return tracked;
}

function add(tracked: Tracked, value: number, epoch: number): void {
  const { better, best } = tracked;
  tracked.last = value;
  if (better === undefined || !Number.isFinite(value)) return;
  if (best !== null && !(better === 'lower' ? value < best : value > best)) return;
  tracked.best = value;
  tracked.bestEpoch = epoch;
}

/** Every number under its name, such as `validation_loss`. */
function named({ tracked }: Log): readonly (readonly [string, Tracked])[] {
  return tracked.flatMap(({ part, metrics }) => [...metrics].map(([name, one]) => [`${part}_${name}`, one] as const));
}

function numberOf({ last, best, bestEpoch }: Tracked): BoardNumber {
  return { last: Number.isFinite(last) ? last : null, ...(best !== null && { best, epoch: bestEpoch }) };
}

async function readRecord(root: string, file: string): Promise<Read> {
  const bytes = await readInside(root, file, MOST_RECORD);
  if (bytes === null) return { record: null, problem: 'there is no run.json that can be read' };
  try {
    return { record: parseRecord(bytes.toString('utf8'), file) };
  } catch (error) {
    const received = error instanceof DescentError ? error.details.received : String(error);
    return { record: null, problem: `run.json: ${received}` };
  }
}

const NO_FILE = 'none';

/** Another one whenever the file is another. */
async function stampOf(file: string): Promise<string> {
  const found = await lstat(file).catch(() => null);
  return found === null ? NO_FILE : `${found.ino} ${found.size} ${found.mtimeMs}`;
}

/** What may change while no line is written. */
async function standing(
  path: string,
  { record }: Read,
  isDescribed: boolean,
): Promise<Pick<BoardRow, 'state' | 'hasReport'> & Partial<Pick<BoardRow, 'problem'>>> {
  const isFile = async (name: string): Promise<boolean> => {
    const found = await lstat(join(path, name)).catch(() => null);
    return found?.isFile() === true;
  };
  const hasReport = await isFile('report.html');
  const isLocked = await isFile('run.lock');
  if (isLocked && !isDescribed && (await stateOf(path, 'running')) === 'training')
    return { state: 'starting', hasReport, problem: null };
  const status = record?.status ?? null;
  // Without a lock no process has it.
  const unlocked = status === 'running' ? 'cut off' : (status ?? 'unreadable');
  return { state: isLocked ? await stateOf(path, status) : unlocked, hasReport };
}

function rowOf(
  read: Read,
  log: Log,
): Omit<BoardRow, 'key' | 'name' | 'state' | 'hasReport' | 'isReading' | 'revision'> {
  const { record } = read;
  const lost =
    log.damaged === 0
      ? null
      : `metrics.jsonl: ${counted(log.damaged, 'line')} ${log.damaged === 1 ? 'tells' : 'tell'} of no epoch`;
  return {
    problem: record === null ? (read as { readonly problem: string | null }).problem : lost,
    data: record?.settings.data ?? '',
    network: record?.layers.map(({ label }) => label).join(' → ') ?? '',
    parameters: record?.layers.reduce((sum, { parameters }) => sum + parameters, 0) ?? null,
    epochs: log.epochs,
    wanted: record?.settings.epochs ?? null,
    numbers: Object.fromEntries(named(log).map(([name, one]) => [name, numberOf(one)])),
    seconds: record === null || record.status === 'running' ? log.seconds : record.seconds,
    started: record?.started ?? null,
  };
}

function packed(name: string, thin: ThinCurve, most: number | undefined): BoardCurve {
  const points = thin.points(most);
  return {
    name,
    index: points.map(({ index }) => index),
    epoch: points.map(({ epoch }) => epoch),
    step: points.map(({ step }) => step),
    seconds: points.map(({ seconds }) => Math.round(seconds * 1e4) / 1e4),
    values: points.map(({ value }) => (Number.isFinite(value) ? value : null)),
  };
}
