import { digestOf, type TextStore } from '@descent/core/backend';
import type { Measured } from './measure.ts';

/** What is kept of a question: the answer, and for how long all questions of its program were measured together. */
export interface Kept extends Measured {
  readonly seconds: number;
}

/** Answers by what was asked. */
export type KeptAnswers = ReadonlyMap<string, Kept>;

export interface Read {
  readonly answers: KeptAnswers;
  /** What is wrong with the text, where it is not one of ours. */
  readonly problem?: string;
}

/** Questions of so many networks; then the oldest go. */
const MOST = 4000;
/** Longer texts are not ours. */
const LONGEST = 8_000_000;
/** Part of the key: answers of another way of asking mean something else. */
const VERSION = 1;

interface Text {
  readonly digest: string;
  readonly machines: Readonly<Record<string, Readonly<Record<string, Kept>>>>;
}

/** What `store` has for `machine`. A text that is not as it was written says nothing. */
export async function readAnswers(store: TextStore, machine: string): Promise<Read> {
  const text = await store.read();
  if (text === undefined) return { answers: new Map() };
  const machines = await decoded(text);
  if (machines === null) return { answers: new Map(), problem: `${store.place} is damaged: it was passed over` };
  return { answers: new Map(Object.entries(machines[keyOf(machine)] ?? {})) };
}

/** Adds answers to what `store` has by now; those that it has already stay. Throws where nothing can be kept. */
export async function addAnswers(store: TextStore, machine: string, added: KeptAnswers): Promise<void> {
  const work = async (): Promise<void> => {
    const machines = (await decoded((await store.read()) ?? '')) ?? {};
    const key = keyOf(machine);
    const { [key]: own = {}, ...others } = machines;
    const all = { ...own, ...Object.fromEntries(added) };
    const body = { ...others, [key]: Object.fromEntries(Object.entries(all).slice(-MOST)) };
    const digest = await digestOf(JSON.stringify(body));
    if (digest !== undefined) await store.write(`${JSON.stringify({ digest, machines: body }, null, 1)}\n`);
  };
  await (store.exclusively?.(work) ?? work());
}

function keyOf(machine: string): string {
  return `${VERSION} ${machine}`;
}

async function decoded(text: string): Promise<Text['machines'] | null> {
  if (text.length > LONGEST) return null;
  try {
    const { digest, machines } = JSON.parse(text) as Text;
    if (digest !== (await digestOf(JSON.stringify(machines)))) return null;
    const isSound = Object.values(machines).every((answers) => Object.values(answers).every(isKept));
    return isSound ? machines : null;
  } catch {
    return null;
  }
}

/** The digest keeps off damage, and not whoever writes one. */
function isKept(value: unknown): value is Kept {
  const { way, milliseconds, seconds } = (value ?? {}) as Partial<Kept>;
  const times = Object.values(milliseconds ?? { none: null });
  return typeof way === 'string' && typeof seconds === 'number' && times.every((time) => typeof time === 'number');
}
