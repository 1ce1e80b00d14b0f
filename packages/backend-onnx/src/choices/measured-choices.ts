import { cpus } from 'node:os';
import { join } from 'node:path';
import { describeValue, expectOptions } from '@descent/core';
import { type Program, type TextStore, ValueError } from '@descent/core/backend';
import { textFile, userCache } from '@descent/files';
import type { BlockedLowering } from '../blocked-options.ts';
import type { Device } from '../device/device.ts';
import type { DeviceOptions } from '../device/options.ts';
import type { LowerOptions } from '../lower.ts';
import { planOf } from '../plan.ts';
import { costRules } from '../strategies.ts';
import { askingConvolutions } from './block-questions.ts';
import type { Choices, MeasuredChoices } from './choice-options.ts';
import type { ChoosePlan, ChosenPlan } from './choose-plan.ts';
import { addAnswers, type Kept, readAnswers } from './kept.ts';
import { type Measured, measure } from './measure.ts';
import { type Ask, askingStrategies } from './op-questions.ts';
import type { Question } from './question.ts';

const SECONDS = 0.3;

/** An answer, and where it comes from. */
interface Answer extends Measured {
  readonly from: 'measured' | 'remembered' | 'known' | 'rules';
}

/** Chooses by measurement for the programs of one backend, one program after the other. */
export function measuredChoices(
  given: MeasuredChoices,
  device: () => Promise<Device>,
  deviceOptions: Pick<DeviceOptions, 'threads' | 'graphOptimizationLevel'>,
): ChoosePlan {
  expectMeasured(given);
  const { known = {}, keep, seconds = SECONDS, warn } = given;
  const { file = join(userCache(), 'onnx-choices.json') } = given;
  const store = file === null ? null : textFile(file);
  const answers = new Map<string, Answer>(
    Object.entries(known).map(([key, way]) => [key, { way, milliseconds: {}, from: 'known' }]),
  );
  const warned = new Set<string>();
  const warnOnce = (text: string): void => {
    if (!warned.has(text)) warn?.(text);
    warned.add(text);
  };
  let remembered: Promise<Remembered> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** The way that holds: that of the rules where nothing is known yet, or what is known is not possible here. */
  const wayOf = ({ key, ways }: Question): string => {
    const way = answers.get(key)?.way;
    return way !== undefined && ways.includes(way) ? way : (ways[0] as string);
  };

  const choose = async (program: Program, options: LowerOptions & BlockedLowering): Promise<ChosenPlan> => {
    const on = await device();
    remembered ??= remember(store, machineOf(on, deviceOptions));
    const { machine, kept, problem } = await remembered;
    if (problem !== undefined) warnOnce(problem);
    // A program that writes nothing trains nothing: what is not known goes by the rules.
    let left = program.writes.length > 0 ? 1000 * seconds : 0;
    let isNew = false;
    for (;;) {
      const asked = new Map<string, Question>();
      const plan = planOf(
        program,
        asking(options, (question) => {
          const before = asked.get(question.key);
          asked.set(question.key, { ...question, work: question.work + (before?.work ?? 0) });
          return wayOf(question);
        }),
      );
      const open = [...asked.values()].filter(({ key }) => !answers.has(key));
      if (open.length === 0) {
        if (isNew) await keep?.(choicesOf(answers));
        const notes = [...asked.values()].flatMap((question) => noteOf(question, answers.get(question.key), warnOnce));
        return { plan: { ...plan, notes: [...notes, ...plan.notes] }, options: asking(options, wayOf) };
      }
      isNew = true;
      const fresh: Question[] = [];
      for (const question of open) {
        const found = kept.get(question.key);
        const isFound = found !== undefined && question.ways.includes(found.way);
        // With more time than there was, what could not be measured is tried again.
        const isDone = isFound && (Object.keys(found.milliseconds).length > 0 || found.seconds >= seconds);
        if (isDone) answers.set(question.key, { ...found, from: 'remembered' });
        else fresh.push(question);
      }
      const begun = performance.now();
      const results = await measure(fresh, on, left, options.isSequential === true);
      left = Math.max(0, left - (performance.now() - begun));
      for (const [key, result] of results) {
        answers.set(key, { ...result, from: Object.keys(result.milliseconds).length > 0 ? 'measured' : 'rules' });
      }
      if (program.writes.length > 0 && seconds > 0) await save(store, machine, results, seconds, kept);
    }
  };

  return (program, options) => {
    const chosen = last.then(() => choose(program, options));
    last = chosen.catch(() => {});
    return chosen;
  };
}

interface Remembered {
  readonly machine: string;
  readonly kept: Map<string, Kept>;
  readonly problem?: string;
}

async function remember(store: TextStore | null, machine: string): Promise<Remembered> {
  if (store === null) return { machine, kept: new Map() };
  const { answers, ...rest } = await readAnswers(store, machine);
  return { machine, kept: new Map(answers), ...rest };
}

/** Keeps what was measured. Where nothing can be kept, it is measured again next time. */
async function save(
  store: TextStore | null,
  machine: string,
  results: ReadonlyMap<string, Measured>,
  seconds: number,
  kept: Map<string, Kept>,
): Promise<void> {
  if (results.size === 0) return;
  const added = new Map([...results].map(([key, result]) => [key, { ...result, seconds }]));
  for (const [key, one] of added) kept.set(key, one);
  if (store !== null) await addAnswers(store, machine, added).catch(() => {});
}

/** What decides how long the ways take, besides their shapes. */
function machineOf(
  { ort }: Device,
  { threads, graphOptimizationLevel }: Parameters<typeof measuredChoices>[2],
): string {
  const { versions } = ort.env;
  const level = graphOptimizationLevel ?? null;
  return JSON.stringify({ versions, cpu: cpus()[0]?.model ?? '', arch: process.arch, threads, level });
}

/** Loops over blocks (decisions 020 and 023) are for memory that is far away; by itself, what they compute lies in the cache, and would be slower in one. */
function asking(options: LowerOptions & BlockedLowering, ask: Ask): LowerOptions {
  const { block, strategies = costRules } = options;
  return {
    ...options,
    strategies: askingStrategies(strategies, { ...options, inBlocks: null }, ask),
    ...(block !== undefined && {
      rewrite: askingConvolutions(block, options, ask) as NonNullable<LowerOptions['rewrite']>,
    }),
  };
}

function choicesOf(answers: ReadonlyMap<string, Answer>): Choices {
  return Object.fromEntries([...answers].map(([key, { way }]) => [key, way]));
}

const SOURCES = {
  measured: 'measured now',
  remembered: 'measured before',
  known: 'given',
  rules: 'by the rules, not measured',
} as const;

function noteOf({ key, ways }: Question, answer: Answer | undefined, warn: (text: string) => void): readonly string[] {
  if (answer === undefined) return [];
  const { way, milliseconds, from } = answer;
  if (!ways.includes(way)) {
    const text = `choice ${key}: ${ways[0]}, by the rules: the ${way} that was given is not possible here`;
    warn(text);
    return [text];
  }
  const times = Object.entries(milliseconds).map(([name, ms]) => `${name} ${ms.toPrecision(3)} ms`);
  return [`choice ${key}: ${way}, ${SOURCES[from]}${times.length === 0 ? '' : ` (${times.join(', ')})`}`];
}

/** Throws a ValueError for what is not as `MeasuredChoices` says. */
function expectMeasured(given: MeasuredChoices): void {
  expectOptions('choices', given, ['known', 'keep', 'seconds', 'file', 'warn']);
  const { known = {}, keep, seconds = SECONDS, file = null, warn } = given as Readonly<Record<string, unknown>>;
  const wrong = (path: string, value: unknown, expected: string): ValueError =>
    new ValueError('the ONNX backend was given an invalid option of choices', {
      path: `choices.${path}`,
      received: describeValue(value),
      expected,
    });
  const isRecord = typeof known === 'object' && known !== null && !Array.isArray(known);
  if (!isRecord || Object.values(known).some((way) => typeof way !== 'string'))
    throw wrong('known', known, 'ways by what is asked, as keep gets them');
  if (typeof seconds !== 'number' || !(seconds >= 0) || seconds > 3600)
    throw wrong('seconds', seconds, 'a number from 0 to 3600');
  if (file !== null && (typeof file !== 'string' || file === ''))
    throw wrong('file', file, 'the path of a file, or null');
  for (const [name, value] of Object.entries({ keep, warn }))
    if (value !== undefined && typeof value !== 'function') throw wrong(name, value, 'a function');
}
