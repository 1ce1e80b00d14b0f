import { BackendError, type HeldState, isFloat, type NDArray, type Program } from '@descent/core/backend';
import type { NamedCase } from '@descent/core/testing';
import { isFallback } from '../device/session.ts';
import { type LowerOptions, loweredOps } from '../lower.ts';
import { type LazyPlans, type Plan, planOf } from '../plan.ts';
import type { Sessions } from '../sessions.ts';
import { costRules } from '../strategies.ts';
import { avoiding, forced, isLast, type Way } from './avoiding.ts';
import { casesOf } from './cases.ts';

/** Between a device and the reference, relative to the largest number: sines and exponentials of shaders are good to 1e-4. */
const TOLERANCE = 2e-3;

/** What is known of the devices of this process, by their names. */
const KNOWN = new Map<string, Known>();

interface Known {
  readonly right: Set<Way>;
  readonly wrong: Set<Way>;
}

const RUN_ONCE: LazyPlans = { loop: notAsked, text: notAsked };

function notAsked(): never {
  throw new Error('a check runs once');
}

/** A device to be checked. */
export interface Checked<H extends HeldState> {
  /** As in config, with what tells it from others of its kind. */
  readonly name: string;
  readonly sessions: Sessions<H>;
  readonly options: LowerOptions;
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
  known: Map<string, Known> = KNOWN,
): Promise<CheckedPlan> {
  const { right, wrong } = known.get(device.name) ?? { right: new Set(), wrong: new Set() };
  known.set(device.name, { right, wrong });
  const rules = device.options.strategies ?? costRules;
  for (;;) {
    const used = new Set<Way>();
    const options = { ...device.options, strategies: avoiding(rules, wrong, used) };
    const plan = planOf(program, options);
    const several = new Set([...used].map((way) => way.split(':')[0]));
    const plain = loweredOps(program.graph).filter((op) => !several.has(op) && !wrong.has(op));
    const fresh = [...used, ...plain].filter((way) => !right.has(way));
    let isRight = true;
    for (const way of fresh) {
      const difference = await differenceOf(way, device);
      if (difference === null) right.add(way);
      else {
        isRight = false;
        wrong.add(way);
        if (isLast(way)) throw wrongOp(device.name, way, difference);
      }
    }
    if (isRight) return { plan, options };
  }
}

interface Difference {
  readonly case: string;
  readonly actual: NDArray;
  readonly wanted: NDArray;
}

/** The first case of `way` that the device computes wrongly. */
async function differenceOf<H extends HeldState>(
  way: Way,
  { sessions, options }: Checked<H>,
): Promise<Difference | null> {
  const [{ allCases, caseFeeds, caseGraph, feedsFor }, { referenceBackend }] = await Promise.all([
    import('@descent/core/testing'),
    import('@descent/core/reference'),
  ]);
  const reference = referenceBackend({ precision: 'float32' });
  const strategies = forced(options.strategies ?? costRules, way);
  for (const c of casesOf(way, allCases())) {
    const graph = caseGraph(c);
    const feeds = feedsFor(graph, caseFeeds(c));
    const program = { graph, reads: [], writes: [] };
    const wanted = (await (await reference.compile(program)).run(feeds))['y'] as NDArray;
    const actual = await resultOf(sessions, program, feeds, { ...options, strategies });
    if (actual === null || !wanted.data.every(Number.isFinite)) continue;
    if (!agree(actual, wanted)) return { case: nameOf(c), actual, wanted };
  }
  return null;
}

/** What the device computes; `null` where it does not have all operators, which is told elsewhere. */
async function resultOf<H extends HeldState>(
  sessions: Sessions<H>,
  program: Program,
  feeds: Readonly<Record<string, NDArray>>,
  options: LowerOptions,
): Promise<NDArray | null> {
  try {
    const compiled = await sessions.open(planOf(program, options), RUN_ONCE);
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

function nameOf(c: NamedCase): string {
  return c.case.name;
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
