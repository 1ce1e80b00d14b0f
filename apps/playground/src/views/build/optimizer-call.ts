import { type CallDescription, describeCalls } from '@descent/cli/config';
import type { Call } from '../../state/experiment.ts';
import { nameOf } from './arguments.ts';

/** Optimizers that the fields show: those that wrap no other. */
export const OPTIMIZERS: readonly CallDescription[] = describeCalls('optimizer').filter(
  ({ args }) => args.length === 0,
);
/** Schedules that the fields show: those of one learning rate that wrap no other. A constant rate is none. */
export const SCHEDULES: readonly CallDescription[] = describeCalls('schedule').filter(
  (one) => one.args.length === 0 && one.rest === null && rateName(one) !== undefined && one.name !== 'constant',
);

/** What a schedule calls its rate, the largest where there are two. */
export function rateName({ options }: CallDescription): string | undefined {
  return ['lr', 'maxLr'].find((name) => options.some((one) => one.name === name));
}

function rateNameOf(schedule: Call): string {
  const known = SCHEDULES.find(({ name }) => name === nameOf(schedule));
  return (known === undefined ? undefined : rateName(known)) ?? 'lr';
}

/** The rate where nothing else is said; that of the optimizer's default, else that of the course notes. */
const FIRST_RATE = 0.1;

type Options = Readonly<Record<string, unknown>>;

function optionsOf(call: Call): Options {
  const given = typeof call === 'string' ? undefined : call[1];
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as Options) : {};
}

/** How an optimizer is described; `undefined` for one around another, which has no fields. */
export function describedOptimizer(call: Call): CallDescription | undefined {
  return OPTIMIZERS.find(({ name }) => name === nameOf(call));
}

/** Another optimizer with the options that both have; each gets the rate that it has by itself, since theirs differ by much. */
export function withOptimizer(call: Call, description: CallDescription): Call {
  const names = description.options.map(({ name }) => name);
  const kept = Object.entries(optionsOf(call)).filter(
    ([name]) => name !== 'lr' && name !== 'weightDecay' && names.includes(name),
  );
  return [description.name, { lr: defaultRate(description), ...Object.fromEntries(kept) }];
}

function defaultRate({ options }: CallDescription): unknown {
  return options.find(({ name }) => name === 'lr')?.default ?? FIRST_RATE;
}

export function optionOf(call: Call, name: string): unknown {
  return optionsOf(call)[name];
}

export function withOption(call: Call, name: string, value: unknown): Call {
  const others = Object.entries(optionsOf(call)).filter(([key]) => key !== name);
  return [nameOf(call), Object.fromEntries(value === undefined ? others : [...others, [name, value]])];
}

/** The rate of an optimizer as a call of a schedule, or as a number. */
export function rateOf(call: Call): { readonly schedule: Call | null; readonly lr: number } {
  const lr = optionOf(call, 'lr');
  if (typeof lr === 'number') return { schedule: null, lr };
  if (Array.isArray(lr) || typeof lr === 'string') {
    const schedule = lr as Call;
    const first = optionOf(schedule, rateNameOf(schedule));
    return { schedule, lr: typeof first === 'number' ? first : FIRST_RATE };
  }
  const description = describedOptimizer(call);
  return { schedule: null, lr: (description === undefined ? FIRST_RATE : defaultRate(description)) as number };
}

/** The rate itself, of the optimizer or of its schedule. */
export function withRate(call: Call, lr: number): Call {
  const { schedule } = rateOf(call);
  return withOption(call, 'lr', schedule === null ? lr : withOption(schedule, rateNameOf(schedule), lr));
}

/** Another schedule that begins with the same rate; `steps` is how long the training is. */
export function withSchedule(call: Call, name: string | null, steps: number): Call {
  const { lr } = rateOf(call);
  if (name === null) return withOption(call, 'lr', lr);
  const options = SCHEDULES.find((one) => one.name === name)?.options ?? [];
  const part = (share: number): number => Math.max(1, Math.ceil(steps * share));
  const values: Options = {
    ...{ lr, maxLr: lr, baseLr: lr / 10, steps, every: part(1 / 3), warmup: part(1 / 10), stepsUp: part(1 / 4) },
    milestones: [...new Set([part(1 / 2), part(3 / 4)])],
    // A hundredth is left at the end.
    gamma: Number((0.01 ** (1 / steps)).toPrecision(4)),
  };
  const set = options.filter((one) => !one.isOptional || one.name === 'stepsUp');
  return withOption(call, 'lr', [name, Object.fromEntries(set.map((one) => [one.name, values[one.name] ?? 1]))]);
}
