import { type CallDescription, describeCalls } from '@descent/cli/config';
import type { Call } from '../../state/experiment.ts';
import { nameOf } from './arguments.ts';

/** Optimizers that the fields show: those that wrap no other. */
export const OPTIMIZERS: readonly CallDescription[] = describeCalls('optimizer').filter(
  ({ args }) => args.length === 0,
);
export const SCHEDULES: readonly CallDescription[] = describeCalls('schedule');

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
    const first = optionOf(schedule, 'lr');
    return { schedule, lr: typeof first === 'number' ? first : FIRST_RATE };
  }
  const description = describedOptimizer(call);
  return { schedule: null, lr: (description === undefined ? FIRST_RATE : defaultRate(description)) as number };
}

/** The rate itself, of the optimizer or of its schedule. */
export function withRate(call: Call, lr: number): Call {
  const { schedule } = rateOf(call);
  return withOption(call, 'lr', schedule === null ? lr : withOption(schedule, 'lr', lr));
}

/** Another schedule that begins with the same rate; `steps` is how long the training is. */
export function withSchedule(call: Call, name: string | null, steps: number): Call {
  const { lr } = rateOf(call);
  if (name === null) return withOption(call, 'lr', lr);
  const needed = SCHEDULES.find((one) => one.name === name)?.options.filter(({ isOptional }) => !isOptional) ?? [];
  const values: Options = { lr, steps, every: Math.max(1, Math.ceil(steps / 3)) };
  return withOption(call, 'lr', [name, Object.fromEntries(needed.map((one) => [one.name, values[one.name] ?? 1]))]);
}
