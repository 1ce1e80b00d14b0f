import type { FileData } from '@descent/cli/config';
import { DescentError } from '@descent/core';
import { type DataChoice, TOY_SETS } from './experiment.ts';

type Check = readonly [is: (value: unknown) => boolean, expected: string];

const whole = (least: number, most: number): Check => [
  (v) => Number.isSafeInteger(v) && (v as number) >= least && (v as number) <= most,
  `a whole number from ${least} to ${most}`,
];
const TEXT: Check = [(v) => typeof v === 'string' && v !== '' && v.length <= 1000, 'a text'];
const SHARE: Check = [(v) => typeof v === 'number' && v > 0 && v < 1, 'a share above 0 and below 1'];

/** Keys of each kind of data, and what each may be; the first one tells the kind. */
const TOY = {
  samples: whole(10, 100_000),
  noise: [(v) => typeof v === 'number' && v >= 0 && v <= 1000, 'a number from 0 to 1000'] as Check,
  seed: whole(0, Number.MAX_SAFE_INTEGER),
};
const COLUMNS: Check = [
  (v) => Array.isArray(v) && v.length > 0 && v.length <= 1000 && v.every((name) => TEXT[0](name)),
  'a list of names of columns',
];
const CSV = {
  csv: TEXT,
  target: TEXT,
  features: COLUMNS,
  oneHot: COLUMNS,
  missing: [(v) => v === 'drop', "'drop'"] as Check,
  delimiter: TEXT,
  decimal: [(v) => v === ',', "','"] as Check,
  task: [(v) => v === 'classification' || v === 'regression', "'classification' or 'regression'"] as Check,
  test: SHARE,
};
const TEXTS = {
  texts: TEXT,
  text: TEXT,
  target: TEXT,
  task: CSV.task,
  maxLength: whole(1, 10_000),
  truncate: [(v) => v === 'end' || v === 'start', "'end' or 'start'"] as Check,
  missing: CSV.missing,
  delimiter: TEXT,
  decimal: CSV.decimal,
  test: SHARE,
  // What the page does without a word; other values are the command's.
  tokenizer: [(v) => v === 'characters', "'characters'"] as Check,
  padding: [(v) => v === 'token', "'token'"] as Check,
};
const IMAGES = {
  images: TEXT,
  width: whole(1, 1024),
  height: whole(1, 1024),
  channels: [(v) => v === 1 || v === 3, '1 or 3'] as Check,
  test: SHARE,
};
const NAMES: readonly string[] = ['mnist-sample', ...TOY_SETS];

/**
 * The data of a config as a page has them: a named set that works here, or a table or pictures of one's own.
 * @throws DescentError with `path` for data that no page has, and for what they may not say.
 */
export function readData(given: unknown, path: string): DataChoice {
  const data = typeof given === 'string' ? { name: given } : given;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw unknown(given, path);
  if ('csv' in data) return checked(data, CSV, ['csv', 'target'], path) as unknown as DataChoice;
  if ('texts' in data) {
    const needed = ['texts', 'text', 'target', 'maxLength'] as const;
    const { tokenizer: _, padding: __, ...choice } = checked(data, TEXTS, needed, path);
    return choice as unknown as DataChoice;
  }
  if ('images' in data) {
    return checked(data, IMAGES, ['images', 'width', 'height', 'channels'], path) as unknown as DataChoice;
  }
  const name = 'name' in data ? data.name : undefined;
  if (typeof name !== 'string' || !NAMES.includes(name)) throw unknown(given, path);
  const options = name === 'mnist-sample' ? {} : TOY;
  const is: Check = [(v) => NAMES.includes(v as string), NAMES.join(', ')];
  return checked(data, { name: is, ...options }, ['name'], path) as unknown as DataChoice;
}

function checked(
  data: object,
  keys: Readonly<Record<string, Check>>,
  needed: readonly string[],
  path: string,
): Readonly<Record<string, unknown>> {
  for (const [key, value] of Object.entries(data)) {
    const [is, expected] = Object.hasOwn(keys, key) ? (keys[key] as Check) : [() => false, ''];
    if (is(value)) continue;
    throw new DescentError(expected === '' ? `data of the page have no '${key}'` : 'the page cannot have such data', {
      path: `${path}.${key}`,
      received: short(value),
      expected: expected || Object.keys(keys).join(', '),
    });
  }
  const missing = needed.find((key) => !Object.hasOwn(data, key));
  if (missing === undefined) return { ...data };
  throw new DescentError(`the data lack '${missing}'`, {
    path: `${path}.${missing}`,
    received: short(data),
    expected: keys[missing]?.[1] ?? '',
  });
}

/** Kinds of data that the page has no fields for, by the key that tells them apart. */
const OTHER_KINDS = ['masks', 'boxes', 'labels', 'table', 'series', 'imdb', 'corpus', 'npz'];
/** Kinds that it has fields for; with keys that it has none for they are data in files as others are. */
const OWN_KINDS = ['csv', 'texts', 'images'];

/** Whether data are in files that a config names, of a kind or with keys that the page has no fields for. */
export function areFiles(data: unknown): data is FileData {
  if (typeof data !== 'object' || data === null || Array.isArray(data) || 'name' in data) return false;
  if (OTHER_KINDS.some((key) => Object.hasOwn(data, key))) return true;
  if (!OWN_KINDS.some((key) => Object.hasOwn(data, key))) return false;
  try {
    readData(data, 'data');
    return false;
  } catch {
    return true;
  }
}

function unknown(given: unknown, path: string): DescentError {
  return new DescentError('the page has no such data', {
    path,
    received: short(given),
    expected: `${NAMES.join(', ')}, or data in files of your own`,
    fix: 'train on it with the descent command',
  });
}

function short(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
