import { isObject } from './is-object.ts';

/**
 * What an argument is, for forms: `size` is a whole number or `[height, width]`, `rate` a number or a call of a schedule, `numbers` one number or
 * a list, `pair` two numbers, `choice` one of some words. Calls may stand in a `layer`, `layers` (by name), `loss`, `term` (a loss with its weight), `metric`,
 * `optimizer` and `sequence` (pairs of steps and schedules); `groups` are those of parameters.
 */
export type ArgumentKind =
  | 'any'
  | 'choice'
  | 'count'
  | 'flag'
  | 'groups'
  | 'layer'
  | 'layers'
  | 'list'
  | 'loss'
  | 'metric'
  | 'name'
  | 'number'
  | 'numbers'
  | 'optimizer'
  | 'padding'
  | 'pair'
  | 'parts'
  | 'positive'
  | 'rate'
  | 'sequence'
  | 'share'
  | 'size'
  | 'term'
  | 'whole';

/** What an argument or an option of a function that JSON calls may be: JSON has no types, and not every function looks at each. */
export interface Argument {
  readonly kind: ArgumentKind;
  readonly is: (value: unknown) => boolean;
  readonly expected: string;
  /** The words of a `choice`. */
  readonly choices?: readonly string[];
  /** What the function takes where it is left out, if that is one value. */
  readonly default?: unknown;
  /** Of an option that may not be left out. */
  readonly isRequired?: boolean;
}

/** The same argument with what the function takes where it is left out. */
export function or(argument: Argument, value: unknown): Argument {
  return { ...argument, default: value };
}

/** The same argument as an option that may not be left out. */
export function required(argument: Argument): Argument {
  return { ...argument, isRequired: true };
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isNumbers = (value: unknown, ...lengths: readonly number[]): boolean =>
  Array.isArray(value) && value.every(isNumber) && (lengths.length === 0 || lengths.includes(value.length));

export const ANY: Argument = { kind: 'any', is: () => true, expected: 'a value' };
export const FLAG: Argument = { kind: 'flag', is: (v) => typeof v === 'boolean', expected: 'true or false' };
/** Of an output or a target. */
export const NAME: Argument = { kind: 'name', is: (v) => typeof v === 'string' && v !== '', expected: 'a name' };
export const NUMBER: Argument = { kind: 'number', is: isNumber, expected: 'a number' };
export const POSITIVE: Argument = { kind: 'positive', is: (v) => isNumber(v) && v > 0, expected: 'a number above 0' };
export const SHARE: Argument = {
  kind: 'share',
  is: (v) => isNumber(v) && v >= 0 && v <= 1,
  expected: 'a number from 0 to 1',
};
export const WHOLE: Argument = { kind: 'whole', is: (v) => Number.isSafeInteger(v), expected: 'a whole number' };
export const COUNT: Argument = {
  kind: 'count',
  is: (v) => Number.isSafeInteger(v) && (v as number) >= 1,
  expected: 'a whole number of at least 1',
};
/** One of some words. */
export function oneOf(...choices: readonly string[]): Argument {
  const expected = `one of ${choices.map((word) => `"${word}"`).join(', ')}`;
  return { kind: 'choice', choices, is: (v) => choices.some((word) => word === v), expected };
}
/** Of a built schedule, too. */
export const RATE: Argument = {
  kind: 'rate',
  is: (v) => (isNumber(v) && v >= 0) || typeof v === 'function',
  expected: 'a number of at least 0, or a schedule such as ["cosine", { "lr": 0.1, "steps": 1000 }]',
};
/** A number that a schedule may change. */
export const MOMENTUM: Argument = {
  kind: 'share',
  is: (v) => SHARE.is(v) || typeof v === 'function',
  expected: 'a number from 0 to 1, or a schedule such as ["oneCycleMomentum", { "steps": 1000 }]',
};
/** Two of them, the first of which a schedule may change. */
export const BETAS: Argument = {
  kind: 'pair',
  is: (v) => Array.isArray(v) && v.length === 2 && MOMENTUM.is(v[0]) && SHARE.is(v[1]),
  expected: 'two numbers from 0 to 1',
};
/** Schedules with their steps, which the function looks at itself. */
export const SEQUENCE: Argument = {
  kind: 'sequence',
  is: (v) => Array.isArray(v) && v.every((part) => Array.isArray(part)),
  expected: 'a list of steps and schedules, such as [[100, 0.01], [900, ["cosine", { "lr": 0.1, "steps": 900 }]]]',
};
/** Groups of parameters, which the function looks at itself. */
export const GROUPS: Argument = { kind: 'groups', is: () => true, expected: 'a list of groups' };
/** Built before, from a call. */
export const OPTIMIZER: Argument = {
  kind: 'optimizer',
  is: (v) => isObject(v) && 'transform' in v,
  expected: 'an optimizer, such as ["adam", { "lr": 0.001 }]',
};
const isMade = (value: unknown, key: string): boolean =>
  isObject(value) && typeof value[key] === 'function' && ('label' in value || 'name' in value);
const isLayer = (value: unknown): boolean => isMade(value, 'apply') && 'parameters' in (value as object);
const isLoss = (value: unknown): boolean => isMade(value, 'apply') && !isLayer(value);

export const LAYER: Argument = { kind: 'layer', is: isLayer, expected: 'a layer, such as ["linear", 784, 10]' };
export const BRANCHES: Argument = {
  kind: 'layers',
  is: (v) => isObject(v) && !Array.isArray(v) && Object.values(v).length > 0 && Object.values(v).every(isLayer),
  expected: 'layers by name, such as { "class": ["linear", 8, 3], "size": ["linear", 8, 1] }',
};
/** Embeddings of the columns of a table. */
export const COLUMNS: Argument = {
  kind: 'any',
  is: (v) =>
    Array.isArray(v) &&
    v.length > 0 &&
    v.every((one) => isObject(one) && COUNT.is(one['size']) && COUNT.is(one['dim'])),
  expected: 'a list of columns, such as [{ "size": 12, "dim": 4 }, { "size": 3, "dim": 2, "paddingIdx": 0 }]',
};
export const LOSS: Argument = { kind: 'loss', is: isLoss, expected: 'a loss, such as "crossEntropy"' };
export const METRIC: Argument = {
  kind: 'metric',
  is: (v) => isMade(v, 'apply') && typeof (v as { readonly name?: unknown }).name === 'string',
  expected: 'a metric, such as "accuracy"',
};
export const TERM: Argument = {
  kind: 'term',
  is: (v) => isObject(v) && isLoss(v['loss']) && isNumber(v['weight']),
  expected: 'a loss and its weight: { "loss": "mse", "weight": 0.5 }',
};
/** Names that the function looks at itself. */
export const PARTS: Argument = {
  kind: 'parts',
  is: (v) => isObject(v) && !Array.isArray(v),
  expected: 'an object of names, such as { "output": "class", "target": "label" }',
};
export const SIZE: Argument = {
  kind: 'size',
  is: (v) => COUNT.is(v) || (Array.isArray(v) && v.length === 2 && v.every(COUNT.is)),
  expected: 'a whole number of at least 1, or [height, width] of such',
};
export const SIZES: Argument = {
  kind: 'numbers',
  is: (v) => COUNT.is(v) || (Array.isArray(v) && v.length > 0 && v.every(COUNT.is)),
  expected: 'a whole number of at least 1, or a list of such',
};
export const SIZE_3D: Argument = {
  kind: 'size',
  is: (v) => COUNT.is(v) || (Array.isArray(v) && v.length === 3 && v.every(COUNT.is)),
  expected: 'a whole number of at least 1, or [depth, height, width] of such',
};
export const NUMBERS: Argument = {
  kind: 'numbers',
  is: (v) => isNumber(v) || isNumbers(v),
  expected: 'a number, or one for each channel',
};
export const PAIR: Argument = { kind: 'pair', is: (v) => isNumbers(v, 2), expected: 'two numbers' };
export const LIST: Argument = { kind: 'list', is: (v) => isNumbers(v), expected: 'a list of numbers' };
export const PADDING: Argument = {
  kind: 'padding',
  is: (v) => v === 'same' || v === 'valid' || isNumber(v) || isNumbers(v, 2, 4),
  expected: "a number, [height, width], [top, left, bottom, right], 'same' or 'valid'",
};

export const PADDING_1D: Argument = {
  kind: 'padding',
  is: (v) => v === 'same' || v === 'valid' || isNumber(v) || isNumbers(v, 2),
  expected: "a number, [left, right], 'same' or 'valid'",
};
export const PADDING_3D: Argument = {
  kind: 'padding',
  is: (v) => v === 'same' || v === 'valid' || isNumber(v) || isNumbers(v, 3, 6),
  expected: "a number, [depth, height, width], [front, top, left, back, bottom, right], 'same' or 'valid'",
};
/** What is cut off or added at the sides of a result, which no word says. */
export const SIDES_1D: Argument = {
  kind: 'numbers',
  is: (v) => isNumber(v) || isNumbers(v, 2),
  expected: 'a number, or [left, right]',
};
export const SIDES_2D: Argument = {
  kind: 'numbers',
  is: (v) => isNumber(v) || isNumbers(v, 2, 4),
  expected: 'a number, [height, width] or [top, left, bottom, right]',
};

/** A value as a user may have written it, shortened. */
export function show(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name || '(without a name)'}, which was not called`;
  if (value instanceof Promise) return 'a promise: write await in front of it';
  if (typeof value === 'bigint') return `${value}n`;
  const text = isPlain(value) ? JSON.stringify(value) : undefined;
  if (text !== undefined && text.length <= 80) return text;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const kind = isObject(value) ? value.constructor?.name : undefined;
  if (kind !== undefined && kind !== 'Object') return `a ${kind}`;
  if (isObject(value)) return `an object with the keys ${Object.keys(value).slice(0, 20).join(', ') || '(none)'}`;
  return typeof value === 'string' ? `${JSON.stringify(value.slice(0, 60))}…` : String(value);
}

/** Whether JSON says everything about it. */
function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.length <= 40 && value.every(isPlain);
  if (typeof value === 'number') return Number.isFinite(value);
  if (!isObject(value)) return value === null || ['string', 'boolean'].includes(typeof value);
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isPlain);
}
