import {
  BackendError,
  type HeldState,
  isFloat,
  type NDArray,
  type Program,
  type TextStore,
} from '@descent/core/backend';
import { isFallback } from '../device/session.ts';
import { type LowerOptions, loweredOps } from '../lower.ts';
import { type LazyPlans, type Plan, planOf } from '../plan.ts';
import type { Sessions } from '../sessions.ts';
import { costRules } from '../strategies.ts';
import { avoiding, forced, isLast, type Way } from './avoiding.ts';
import { casesOf } from './cases.ts';
import { type CheckMemory, openMemory } from './memory.ts';

/** Between a device and the reference, relative to the largest number: sines and exponentials of shaders are good to 1e-4. */
const TOLERANCE = 2e-3;

/** What is known of the devices of this process, by their identities and by how models are written for them. */
const KNOWN = new Map<string, Known>();

export interface Known {
  readonly right: Set<Way>;
  readonly wrong: Set<Way>;
  /** What is known from other processes; undefined where nothing is. */
  readonly memory: CheckMemory | undefined;
}

const RUN_ONCE: LazyPlans = { loop: notAsked, step: notAsked, text: notAsked };

function notAsked(): never {
  throw new Error('a check runs once');
}

/** A device to be checked. */
export interface Checked<H extends HeldState> {
  /** As in config. */
  readonly name: string;
  readonly sessions: Sessions<H>;
  readonly options: LowerOptions;
  /** Whether checks that it has passed are kept for other processes, and asked for. */
  readonly remembers: boolean;
}

/** Where things are kept; replaced in tests. */
export interface Places {
  readonly known: Map<string, Known>;
  /** Default: Cache Storage, where there is any. */
  readonly store?: TextStore;
}

/** A program in ways that a device computes rightly. */
export interface CheckedPlan {
  readonly plan: Plan;
  readonly options: LowerOptions;
}

/**
 * `program` as the device computes it rightly: every op of it, in the way that is chosen, has been run there on small inputs and
 * compared with the reference. What differed is computed in another way.
 * @throws BackendError naming an op that the device computes wrongly in every way.
 */
export async function checkedPlan<H extends HeldState>(
  device: Checked<H>,
  program: Program,
  places: Places = { known: KNOWN },
): Promise<CheckedPlan> {
  const known = await knownOf(device, places);
  const { right, wrong } = known;
  const rules = device.options.strategies ?? costRules;
  for (;;) {
    const used = new Set<Way>();
    const options = { ...device.options, strategies: avoiding(rules, wrong, used) };
    const plan = planOf(program, options);
    const several = new Set([...used].map((way) => way.split(':')[0]));
    const plain = loweredOps(program.graph, device.options).filter((op) => !several.has(op) && !wrong.has(op));
    const fresh = [...used, ...plain].filter((way) => !right.has(way));
    let isRight = true;
    for (const way of fresh) {
      const difference = await differenceOf(way, device, known);
      if (difference === null) right.add(way);
      else {
        isRight = false;
        wrong.add(way);
        if (isLast(way)) throw wrongOp(device.name, way, difference);
      }
    }
    await known.memory?.save();
    if (isRight) return { plan, options };
  }
}

async function knownOf<H extends HeldState>(
  { sessions, options, remembers }: Checked<H>,
  { known, store }: Places,
): Promise<Known> {
  const { here, anywhere } = await sessions.identity();
  const { dialect, threads } = options;
  const key = JSON.stringify({ here, dialect, threads, remembers });
  const found = known.get(key);
  if (found !== undefined) return found;
  const memory = remembers && anywhere !== null ? await openMemory(anywhere, store) : undefined;
  // Of two programs that are compiled at the same time, both take what the first has made.
  const made = known.get(key) ?? { right: new Set(), wrong: new Set(), memory };
  known.set(key, made);
  return made;
}

interface Difference {
  readonly case: string;
  readonly actual: NDArray;
  readonly wanted: NDArray;
}

/** The first case of `way` that the device computes wrongly; none is run when all have passed before. */
async function differenceOf<H extends HeldState>(
  way: Way,
  { sessions, options }: Checked<H>,
  { memory }: Known,
): Promise<Difference | null> {
  const trials = await trialsOf(way, options);
  const digest = await memory?.digest([way, ...trials.flatMap(contentOf)]);
  if (digest !== undefined && memory?.has(digest)) return null;
  for (const { name, plan, feeds, wanted } of trials) {
    const actual = await resultOf(sessions, plan, feeds);
    if (actual !== null && !agree(actual, wanted)) return { case: name, actual, wanted };
  }
  if (digest !== undefined) memory?.add(digest);
  return null;
}

/** A model to run once, and what it should give. */
interface CheckTrial {
  readonly name: string;
  readonly plan: Plan;
  readonly feeds: Readonly<Record<string, NDArray>>;
  readonly wanted: NDArray;
}

async function trialsOf(way: Way, options: LowerOptions): Promise<readonly CheckTrial[]> {
  const [{ allCases, caseFeeds, caseGraph, feedsFor }, { referenceBackend }] = await Promise.all([
    import('@descent/core/testing'),
    import('@descent/core/reference'),
  ]);
  const reference = referenceBackend({ precision: 'float32' });
  const strategies = forced(options.strategies ?? costRules, way);
  const trials: CheckTrial[] = [];
  for (const c of casesOf(way, allCases())) {
    const graph = caseGraph(c);
    const feeds = feedsFor(graph, caseFeeds(c));
    const program = { graph, reads: [], writes: [] };
    const wanted = (await (await reference.compile(program)).run(feeds))['y'] as NDArray;
    if (!wanted.data.every(Number.isFinite)) continue;
    trials.push({ name: c.case.name, plan: planOf(program, { ...options, strategies }), feeds, wanted });
  }
  return trials;
}

/** Everything that decides whether a trial is passed, apart from the device. */
function contentOf({ plan, feeds, wanted }: CheckTrial): readonly (string | Uint8Array)[] {
  const arrays = Object.entries({ ...feeds, wanted });
  const types = arrays.map(([name, { dtype, shape }]) => [name, dtype, shape]);
  const about = JSON.stringify({ level: plan.level, outputs: [...plan.outputs], types, tolerance: TOLERANCE });
  return [
    about,
    plan.bytes,
    ...arrays.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

/** What the device computes; `null` where it does not have all operators, which is told elsewhere. */
async function resultOf<H extends HeldState>(
  sessions: Sessions<H>,
  plan: Plan,
  feeds: Readonly<Record<string, NDArray>>,
): Promise<NDArray | null> {
  try {
    const compiled = await sessions.open(plan, RUN_ONCE);
    const { y } = await compiled.run(feeds, undefined, 0);
    compiled.dispose?.();
    return y as NDArray;
  } catch (error) {
    if (isFallback(error)) return null;
    throw error;
  }
}

function agree(actual: NDArray, wanted: NDArray): boolean {
  if (actual.data.length !== wanted.data.length) return false;
  const numbers: readonly number[] = Array.from(wanted.data);
  const scale = numbers.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  const bound = isFloat(wanted.dtype) ? TOLERANCE * scale : 0;
  return numbers.every((v, i) => Math.abs(v - (actual.data[i] as number)) <= bound);
}

function wrongOp(name: string, way: Way, { actual, wanted, ...difference }: Difference): BackendError {
  const shown = (array: NDArray): string => Array.from(array.data.subarray(0, 8)).join(', ');
  return new BackendError(`${name} computes wrong numbers here`, {
    path: `${way.split(':')[0]} (${difference.case})`,
    received: shown(actual),
    expected: shown(wanted),
    fix: 'use another device; please report this, with the names of the graphics device and its driver',
  });
}
