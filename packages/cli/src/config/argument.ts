import { isObject } from './data-schema.ts';

/** What an argument or an option of a function that JSON calls may be: JSON has no types, and not every function looks at each. */
export interface Argument {
  readonly is: (value: unknown) => boolean;
  readonly expected: string;
  /** What calls in it make, before it is looked at. */
  readonly made?: Made;
}

/** What a call within a call makes: one thing, layers by name, or a loss with its weight. */
export type Made = 'layer' | 'layers' | 'loss' | 'metric' | 'term';

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isNumbers = (value: unknown, ...lengths: readonly number[]): boolean =>
  Array.isArray(value) && value.every(isNumber) && (lengths.length === 0 || lengths.includes(value.length));

export const ANY: Argument = { is: () => true, expected: 'a value' };
export const FLAG: Argument = { is: (v) => typeof v === 'boolean', expected: 'true or false' };
export const NUMBER: Argument = { is: isNumber, expected: 'a number' };
export const POSITIVE: Argument = { is: (v) => isNumber(v) && v > 0, expected: 'a number above 0' };
export const SHARE: Argument = { is: (v) => isNumber(v) && v >= 0 && v <= 1, expected: 'a number from 0 to 1' };
export const WHOLE: Argument = { is: (v) => Number.isSafeInteger(v), expected: 'a whole number' };
export const COUNT: Argument = {
  is: (v) => Number.isSafeInteger(v) && (v as number) >= 1,
  expected: 'a whole number of at least 1',
};
/** Of a built schedule, too. */
export const RATE: Argument = {
  is: (v) => (isNumber(v) && v >= 0) || typeof v === 'function',
  expected: 'a number of at least 0, or a schedule such as ["cosine", { "lr": 0.1, "steps": 1000 }]',
};
/** Built before, from a call. */
export const OPTIMIZER: Argument = {
  is: (v) => isObject(v) && 'transform' in v,
  expected: 'an optimizer, such as ["adam", { "lr": 0.001 }]',
};
const isMade = (value: unknown, key: string): boolean =>
  isObject(value) && typeof value[key] === 'function' && ('label' in value || 'name' in value);
const isLayer = (value: unknown): boolean => isMade(value, 'apply') && 'parameters' in (value as object);
const isLoss = (value: unknown): boolean => isMade(value, 'apply') && !isLayer(value);

export const LAYER: Argument = { is: isLayer, expected: 'a layer, such as ["linear", 784, 10]', made: 'layer' };
export const BRANCHES: Argument = {
  is: (v) => isObject(v) && !Array.isArray(v) && Object.values(v).length > 0 && Object.values(v).every(isLayer),
  expected: 'layers by name, such as { "class": ["linear", 8, 3], "size": ["linear", 8, 1] }',
  made: 'layers',
};
export const LOSS: Argument = { is: isLoss, expected: 'a loss, such as "crossEntropy"', made: 'loss' };
export const METRIC: Argument = {
  is: (v) => isMade(v, 'apply') && typeof (v as { readonly name?: unknown }).name === 'string',
  expected: 'a metric, such as "accuracy"',
  made: 'metric',
};
export const TERM: Argument = {
  is: (v) => isObject(v) && isLoss(v['loss']) && isNumber(v['weight']),
  expected: 'a loss and its weight: { "loss": "mse", "weight": 0.5 }',
  made: 'term',
};
/** Names that the function looks at itself. */
export const PARTS: Argument = {
  is: (v) => isObject(v) && !Array.isArray(v),
  expected: 'an object of names, such as { "output": "class", "target": "label" }',
};
export const SIZE: Argument = {
  is: (v) => COUNT.is(v) || (Array.isArray(v) && v.length === 2 && v.every(COUNT.is)),
  expected: 'a whole number of at least 1, or [height, width] of such',
};
export const NUMBERS: Argument = {
  is: (v) => isNumber(v) || isNumbers(v),
  expected: 'a number, or one for each channel',
};
export const PAIR: Argument = { is: (v) => isNumbers(v, 2), expected: 'two numbers' };
export const LIST: Argument = { is: (v) => isNumbers(v), expected: 'a list of numbers' };
export const PADDING: Argument = {
  is: (v) => v === 'same' || v === 'valid' || isNumber(v) || isNumbers(v, 2, 4),
  expected: "a number, [height, width], [top, left, bottom, right], 'same' or 'valid'",
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
