import { type Arrays, type Program, programInputs, type TensorType } from '@descent/core/backend';
import type { Device } from '../device/device.ts';
import { toArray, toTensor } from '../device/tensors.ts';
import type { LowerOptions } from '../lower.ts';
import { type Plan, planOf } from '../plan.ts';
import type { Ort } from '../runtime/runtime.ts';
import { agrees, madeUp } from './made-up.ts';
import type { Question } from './question.ts';

/** What was found out about a question. */
export interface Measured {
  readonly way: string;
  /** The fastest run of each way that was measured and had the numbers of the rules' way, in milliseconds; empty where there was no time for it. */
  readonly milliseconds: Readonly<Record<string, number>>;
}

type Runner = Pick<Device, 'ort' | 'open' | 'run' | 'close'>;

/** A way has to be so much faster than that of the rules: less may be chance. */
const LEAST_GAIN = 0.9;
/** Runs of each way; the fastest counts. */
const MOST_RUNS = 12;
const LEAST_RUNS = 3;
/** A way that is so many times slower than the fastest in one run is given up. */
const HOPELESS = 1.6;

/**
 * Measures which way of each question is fastest, on made-up numbers, within about so many milliseconds: those with most work first, each for its share of
 * what is left. With `isSequential` by the processor's time, which other processes do not change. A way with other numbers than that of the rules is
 * never taken; where time was too short, that of the rules is.
 */
export async function measure(
  questions: readonly Question[],
  on: Runner,
  milliseconds: number,
  isSequential: boolean,
): Promise<ReadonlyMap<string, Measured>> {
  const end = performance.now() + milliseconds;
  const sorted = questions.toSorted((a, b) => b.work - a.work);
  let rest = sorted.reduce((sum, { work }) => sum + work, 0);
  const results = new Map<string, Measured>();
  for (const question of sorted) {
    const now = performance.now();
    const until = now + (end - now) * (question.work / rest);
    rest -= question.work;
    const isLate = now >= end;
    results.set(
      question.key,
      isLate ? notMeasured(question) : await answered(question, on, { until, end, isSequential }),
    );
  }
  return results;
}

interface Limits {
  /** The question's share. */
  readonly until: number;
  /** The end of all. */
  readonly end: number;
  readonly isSequential: boolean;
}

function notMeasured({ ways: [rule = ''] }: Question): Measured {
  return { way: rule, milliseconds: {} };
}

interface Runnable {
  readonly way: string;
  readonly session: Ort.InferenceSession;
  /** Of each run. */
  readonly times: number[];
}

async function answered(question: Question, on: Runner, limits: Limits): Promise<Measured> {
  const [rule = '', ...others] = question.ways;
  const open: Runnable[] = [];
  try {
    const feeds = await feedsOf(question, on);
    const wanted = await openWay(question, rule, on, feeds);
    open.push(wanted.runnable);
    for (const way of others) {
      if (performance.now() > limits.until) break;
      const { runnable, results } = await openWay(question, way, on, feeds);
      if (results.every((y, i) => agrees(y, wanted.results[i] as ArrayLike<number>))) open.push(runnable);
      else await on.close(runnable.session);
    }
    await timed(open, on, feeds, limits);
    return decided(rule, open);
  } catch {
    // A model that the runtime refuses or gives up says nothing about what it was made for: the program shows that by itself.
    return notMeasured(question);
  } finally {
    for (const { session } of open) await on.close(session);
  }
}

/** A way that has been run once, and what it computed. */
async function openWay(question: Question, way: string, on: Runner, feeds: Feeds): Promise<Opened> {
  const { program, options } = question.trial(way);
  const { session, results } = await once(program, options, on, feeds);
  return {
    runnable: { way, session, times: [] },
    results: Object.keys(results).map((name) => results[name]?.data as ArrayLike<number>),
  };
}

interface Opened {
  readonly runnable: Runnable;
  readonly results: readonly ArrayLike<number>[];
}

type Feeds = Readonly<Record<string, Ort.Tensor>>;

async function once(
  program: Program,
  options: LowerOptions,
  on: Runner,
  feeds: Feeds,
): Promise<{ readonly session: Ort.InferenceSession; readonly results: Arrays }> {
  const plan: Plan = planOf(program, options);
  // Threads of sessions that wait in busy loops would take the cores away from the next one.
  const session = await on.open({ ...plan, isAsked: true });
  const made = await on.run(session, feeds);
  const results = Object.fromEntries(
    [...plan.outputs].map(([name, onnxName]) => [name, toArray(made[onnxName] as Ort.Tensor)]),
  );
  return { session, results };
}

/** Made-up inputs of all trials of a question. */
async function feedsOf({ ways: [rule = ''], inputs, trial, key }: Question, on: Runner): Promise<Feeds> {
  const { program, options } = trial(rule);
  const size = Number(/ into (\d+)/.exec(key)?.[1] ?? 2);
  const feeds: Record<string, Ort.Tensor> = {};
  const types: readonly (readonly [string, TensorType])[] = [...programInputs(program)].map(([n, i]) => [n, i.type]);
  for (const [i, [name, type]] of types.entries()) feeds[name] = toTensor(on.ort, madeUp(type, i, size));
  if (inputs !== undefined) {
    const { session, results } = await once({ graph: inputs, reads: [], writes: [] }, options, on, feeds);
    await on.close(session);
    for (const [name, array] of Object.entries(results)) feeds[name] = toTensor(on.ort, array);
  }
  return feeds;
}

/** Runs all in turns, so that what else the machine does meets all of them; one that is hopeless is run no more. */
async function timed(open: readonly Runnable[], on: Runner, feeds: Feeds, limits: Limits): Promise<void> {
  const { until, end, isSequential } = limits;
  let running = open;
  for (let run = 0; run < MOST_RUNS && running.length > 1; run++) {
    if (performance.now() > (run < LEAST_RUNS ? end : until)) return;
    for (const { session, times } of running) {
      const begun = clock(isSequential);
      await on.run(session, feeds);
      times.push(clock(isSequential) - begun);
    }
    const best = Math.min(...running.map(fastest));
    running = running.filter((one, i) => i === 0 || fastest(one) <= HOPELESS * best);
  }
}

function fastest({ times }: Runnable): number {
  return Math.min(...times);
}

function clock(isSequential: boolean): number {
  if (!isSequential) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The rules' way is the first. One that was given up after fewer runs is slower. */
function decided(rule: string, open: readonly Runnable[]): Measured {
  const tried = open.filter(({ times }) => times.length > 0);
  const [first, ...others] = tried.filter(({ times }) => times.length >= LEAST_RUNS);
  const isKnown =
    first?.way === rule ||
    (tried.length > 1 &&
      tried
        .slice(1)
        .every((one) => one.times.length < LEAST_RUNS && fastest(one) > HOPELESS * fastest(tried[0] as Runnable)));
  if (!isKnown) return { way: rule, milliseconds: {} };
  const milliseconds = Object.fromEntries(tried.map((one) => [one.way, fastest(one)]));
  const best = others.reduce((a, b) => (fastest(b) < fastest(a) ? b : a), tried[0] as Runnable);
  const isFaster = fastest(best) < LEAST_GAIN * fastest(tried[0] as Runnable);
  return { way: isFaster ? best.way : rule, milliseconds };
}
