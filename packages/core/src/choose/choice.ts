import { digestOf } from '../backend/digest.ts';
import { expectKind } from '../options.ts';
import type { Result } from './judge.ts';

/** Which backend was taken, when and why; plain data, to be kept with a run. */
export interface Choice {
  readonly name: string;
  /** When it was measured, as `Date.toISOString` has it. */
  readonly measured: string;
  /** All that were candidates, in the order that they were given in. */
  readonly results: readonly Result[];
}

/** Drivers change without a trace that could be seen from here. */
const MOST_DAYS = 30;
const DAY_MS = 86_400_000;

/** The text that keeps a choice; undefined where it cannot be protected from damage. */
export async function encodeChoice(choice: Choice, key: string): Promise<string | undefined> {
  const body = JSON.stringify({ key, choice });
  const digest = await digestOf(body);
  return digest === undefined ? undefined : `${JSON.stringify({ digest, key, choice }, null, 2)}\n`;
}

/** The choice that `text` keeps for this `key`; undefined when it is another's, too old, or not what was written. */
export async function decodeChoice(text: string, key: string, now: Date): Promise<Choice | undefined> {
  try {
    const { digest, ...body } = JSON.parse(text) as { digest: string; key: string; choice: Choice };
    if (body.key !== key || digest !== (await digestOf(JSON.stringify(body)))) return undefined;
    const age = now.getTime() - Date.parse(body.choice.measured);
    return age >= 0 && age < MOST_DAYS * DAY_MS ? body.choice : undefined;
  } catch {
    return undefined;
  }
}

/** The reason for a choice, in one line. */
export function formatChoice(choice: Choice): string {
  expectKind('the choice', choice, { name: 'text', results: 'list' }, '(await chooseBackend(candidates)).choice');
  const { name, results } = choice;
  const own = results.find((result) => result.name === name);
  const others = results.filter((result) => result.name !== name);
  const slower = others
    .filter((result) => result.state === 'measured')
    .toSorted((a, b) => a.msPerStep - b.msPerStep)
    .map((result) => `${result.name} ${milliseconds(result.msPerStep)}`);
  const refused = others.flatMap((result) =>
    result.state === 'measured' || result.state === 'missing' ? [] : [`not ${result.name}: ${result.problem}`],
  );
  const reason =
    own?.state === 'measured' ? `${milliseconds(own.msPerStep)} ms a step` : 'nothing faster works here; not measured';
  return [[reason, ...slower].join(', '), ...refused].join('; ');
}

function milliseconds(ms: number): string {
  return ms < 10 ? ms.toPrecision(2) : ms.toFixed(0);
}
