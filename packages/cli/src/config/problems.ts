import type { z } from 'zod';
import { show } from './argument.ts';
import { KINDS } from './data-schema.ts';
import { DATASET_NAMES } from './dataset-names.ts';
import { isObject } from './is-object.ts';
import { didYouMean } from './suggest.ts';

/** Keys that other tools have, and where the thing is here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  lr: 'it is an option of the optimizer, such as ["sgd", { "lr": 0.1 }]',
  learningRate: 'it is an option of the optimizer, such as ["sgd", { "lr": 0.1 }]',
  learning_rate: 'it is an option of the optimizer, such as ["sgd", { "lr": 0.1 }]',
  momentum: 'it is an option of the optimizer, such as ["sgd", { "lr": 0.1, "momentum": 0.9 }]',
  weightDecay: 'it is an option of the optimizer, such as ["adamW", { "weightDecay": 0.01 }]',
  scheduler:
    'a schedule is the lr of the optimizer, such as ["sgd", { "lr": ["cosine", { "lr": 0.1, "steps": 1000 }] }]',
  layers: "did you mean 'model'?",
  network: "did you mean 'model'?",
  initializer: "did you mean 'init'?",
  initializers: "did you mean 'init'?",
  dataset: "did you mean 'data'?",
  datasets: "did you mean 'data'?",
  criterion: "did you mean 'loss'?",
  device: "did you mean 'backend'?",
  output: "did you mean 'out'?",
  extends: 'the descent command lays it over the config that it names; descent config <file> prints all of it',
  transforms: "did you mean 'transform' (every sample) or 'augment' (training only)?",
};

/** The same of keys of data, where the kind of data has what is meant. */
const OF_DATA: Readonly<Record<string, string>> = {
  ...{ window: 'length', lookback: 'length', steps: 'length', seq_len: 'maxLength', max_length: 'maxLength' },
  ...{ context: 'blockLength', block_size: 'blockLength', vocabulary: 'tokenizer', vocab: 'tokenizer' },
  ...{ label: 'target', column: 'target', y: 'target', columns: 'features', x: 'features', colors: 'palette' },
  ...{ pictures: 'images', split: 'test' },
};

/** By the path of an object in a config, without the positions in lists: the keys that it may have. */
type Keys = Readonly<Record<string, readonly string[]>>;

/** One line for each thing that is wrong with a config: the key, what it is, what was expected, and the nearest name where one is near. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], config: unknown, keys: Keys): readonly string[] {
  const all = issues.flatMap((issue) => innermost(issue, []));
  // Data that do not say what they are: one line says more than what some kind would lack.
  const { data } = isObject(config) ? config : {};
  const isOpen = isObject(config) && !Array.isArray(config) && typeof data !== 'string' && kindsOf(data).length === 0;
  const one = oneSet(data);
  if (one !== undefined)
    return [...all.filter(({ path }) => path[0] !== 'data').flatMap((each) => linesOf(each, config, keys)), one];
  const lines = all.filter(({ path }) => !isOpen || path[0] !== 'data').flatMap((one) => linesOf(one, config, keys));
  return [...new Set([...lines, ...(isOpen ? [openData(data, 'data' in config)] : [])])];
}

interface Problem {
  readonly issue: z.core.$ZodIssue;
  readonly path: readonly PropertyKey[];
}

/** Where one alternative of a union has the right form, or less is wrong in it than in all others, what is wrong inside it; else the union itself. */
function innermost(issue: z.core.$ZodIssue, before: readonly PropertyKey[]): readonly Problem[] {
  const path = [...before, ...issue.path];
  if (issue.code === 'invalid_union') {
    const all = issue.errors.filter((errors) => errors.length > 0 && errors.every(isInside));
    const least = Math.min(...all.map(wrongs));
    const inside = all.filter((errors) => wrongs(errors) === least);
    if (inside.length === 1) return (inside[0] as readonly z.core.$ZodIssue[]).flatMap((one) => innermost(one, path));
  }
  return [{ issue, path }];
}

/** How many keys are wrong. */
function wrongs(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
}

function isInside(issue: z.core.$ZodIssue): boolean {
  return issue.path.length > 0 || issue.code === 'unrecognized_keys';
}

function linesOf({ issue, path }: Problem, config: unknown, keys: Keys): readonly string[] {
  const at = path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = keys[path.filter((key) => typeof key !== 'number').join('.')] ?? [];
    return issue.keys.map((key) => `${[...path, key].join('.')}: unknown key${hint(key, known, at)}`);
  }
  const value = path.reduce<unknown>((v, key) => (isObject(v) ? v[String(key)] : undefined), config);
  const expected = expectedBy(issue);
  if (value === undefined && at !== '' && isObject(config)) {
    // `data` may have been given by its name alone.
    return at === 'data.name' ? [`data: ${unknownName(config['data'])}`] : [`${at}: missing, expected ${expected}`];
  }
  if (at === 'data.name') return [`data.name: ${unknownName(value)}`];
  const guess = typeof value === 'string' ? didYouMean(value, wordsOf(expected)) : '';
  return [`${at === '' ? 'default export' : at}: received ${shown(value)}, expected ${expected}${guess}`];
}

function hint(key: string, known: readonly string[], at: string): string {
  const kinds: readonly string[] = [...KINDS, 'train'];
  if (at === 'data' && kinds.includes(key)) return `; data are one of these: ${kinds.join(', ')}`;
  if (at === '' && Object.hasOwn(ELSEWHERE, key)) return `; ${ELSEWHERE[key]}`;
  const meant = at === 'data' && Object.hasOwn(OF_DATA, key) ? OF_DATA[key] : undefined;
  if (meant !== undefined && known.includes(meant)) return `; did you mean '${meant}'?`;
  const guess = didYouMean(key, known);
  return guess === '' ? `; the keys are ${known.join(', ')}` : guess;
}

/** In the words of the schema, or, where it has none, in those of the type. */
function expectedBy(issue: z.core.$ZodIssue): string {
  if (!/^(?:Invalid|Too|Unrecognized)\b/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(', ');
    case 'too_small':
      return `${issue.inclusive === true ? 'at least' : 'more than'} ${issue.minimum}`;
    case 'too_big':
      return `${issue.inclusive === true ? 'at most' : 'less than'} ${issue.maximum}`;
    default:
      return 'something else: see the README of @descent/cli';
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** The words in quotes in a text. */
function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/'([\w:.-]+)'/g)].map(([, word]) => word as string);
}

function kindsOf(data: unknown): readonly string[] {
  return isObject(data) ? [...KINDS, 'train'].filter((kind) => kind in data) : [];
}

function openData(data: unknown, isThere: boolean): string {
  const kinds = [...KINDS, 'train'];
  const inList = Array.isArray(data) && typeof data[0] === 'string' ? didYouMean(data[0], DATASET_NAMES) : '';
  const expected = `the name of a data set, such as 'mnist-sample', or an object with one of ${kinds.join(', ')}`;
  if (!isThere) return `data: missing, expected ${expected}`;
  const keys = isObject(data) && !Array.isArray(data) ? Object.keys(data) : [];
  const near = keys.map((key) => [key, didYouMean(key, kinds)] as const).find(([, guess]) => guess !== '');
  if (near !== undefined) return `data.${near[0]}: unknown key${near[1]}`;
  return `data: received ${shown(data)}, expected ${expected}${inList}`;
}

/** What is said where one data set, or a loader, stands for all data. */
function oneSet(data: unknown): string | undefined {
  if (!isObject(data)) return undefined;
  if (isObject(data['x']) && isObject(data['y'])) {
    return 'data: received one set of samples; say what it is for, such as data: { train: …, test: … }';
  }
  if (typeof data['epoch'] === 'function' || (typeof data['get'] === 'function' && 'classes' in data)) {
    return 'data: received a loader or a data set that is read bit by bit, expected { train: … } with the data set in memory; batchSize is a key of the config';
  }
  return undefined;
}

/** Lists may be long. */
function shown(value: unknown): string {
  return Array.isArray(value) ? `a list of ${value.length}` : show(value);
}

function unknownName(name: unknown): string {
  const guess = typeof name === 'string' ? didYouMean(name, DATASET_NAMES) : '';
  return `received ${show(name)}, expected one of ${DATASET_NAMES.join(', ')}${guess}`;
}
