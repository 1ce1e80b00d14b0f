import * as z from 'zod';
import type { ArgumentKind } from './argument.ts';
import { namedData, namedSchemas } from './data-schema.ts';
import { DATASET_NAMES, TOY_NAMES } from './dataset-names.ts';
import {
  type ArgumentDescription,
  type CallDescription,
  type CallKind,
  describeCalls,
  describeTable,
} from './describe.ts';
import { fields, importedNetwork } from './schema.ts';
import { TRANSFORMS } from './transform-calls.ts';

/** A schema of draft 7, which editors know best. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });
const NUMBER: JsonSchema = { type: 'number' };
const COUNT: JsonSchema = { type: 'integer', minimum: 1 };
const RATE: JsonSchema = { anyOf: [{ type: 'number', minimum: 0 }, ref('schedule')] };
const SHARE: JsonSchema = { anyOf: [{ type: 'number', minimum: 0, maximum: 1 }, ref('schedule')] };

/** What JSON may say of an argument of each kind. */
const ARGUMENTS: Readonly<Record<ArgumentKind, JsonSchema>> = {
  any: {},
  choice: { type: 'string' },
  count: COUNT,
  flag: { type: 'boolean' },
  groups: { type: 'array', items: { type: 'object' } },
  layer: ref('layer'),
  layers: { type: 'object', minProperties: 1, additionalProperties: ref('layer') },
  list: { type: 'array', items: NUMBER },
  loss: ref('loss'),
  metric: ref('metric'),
  name: { type: 'string', minLength: 1 },
  number: NUMBER,
  numbers: { anyOf: [NUMBER, { type: 'array', items: NUMBER }] },
  optimizer: ref('optimizer'),
  padding: { anyOf: [{ enum: ['same', 'valid'] }, NUMBER, { type: 'array', items: NUMBER }] },
  pair: { type: 'array', items: { anyOf: [NUMBER, ref('schedule')] }, minItems: 2, maxItems: 2 },
  parts: { type: 'object' },
  positive: { type: 'number', exclusiveMinimum: 0 },
  rate: RATE,
  sequence: { type: 'array', items: { type: 'array' } },
  share: SHARE,
  size: { anyOf: [COUNT, { type: 'array', items: COUNT }] },
  term: {
    type: 'object',
    properties: { loss: ref('loss'), weight: NUMBER },
    required: ['loss', 'weight'],
    additionalProperties: false,
  },
  whole: { type: 'integer' },
};

const CALLS: readonly CallKind[] = ['initializer', 'layer', 'loss', 'metric', 'optimizer', 'schedule'];

/** Values that stand for others: a variable of the environment, and what a sweep tries. */
const MARKERS: JsonSchema = {
  anyOf: [
    {
      type: 'object',
      properties: { $env: { type: 'string' }, default: {}, as: { enum: ['text', 'number', 'json'] } },
      required: ['$env'],
      additionalProperties: false,
    },
    { type: 'object', required: ['$range'] },
    { type: 'object', required: ['$choice'] },
  ],
};

/**
 * The JSON schema of configs, made of what checks them: `descent config --schema` prints it, and the package has it as `config.schema.json`. It takes every config
 * that the command takes; what only shows when a network is built, such as sizes that do not fit, it does not see.
 */
export function configSchema(): JsonSchema {
  const properties = propertiesOf();
  const dataKeys = Object.keys(properties);
  const definitions = {
    ...Object.fromEntries(CALLS.map((kind) => [kind, callsOf(describeCalls(kind))])),
    transform: callsOf(describeTable(TRANSFORMS)),
    imported: open(importedOf()),
    data: open(dataOf()),
    marker: MARKERS,
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Config of descent train',
    type: 'object',
    properties: {
      $schema: { type: 'string', description: 'The schema that editors check this file with.' },
      extends: {
        description: 'A config to build upon, or several, of which later ones count more; relative to this file.',
        anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
      },
      ...Object.fromEntries(
        dataKeys.map((key) => [key, { anyOf: [open(properties[key] as JsonSchema), { type: 'null' }] }]),
      ),
    },
    additionalProperties: false,
    // What a base says need not be said again.
    ...when(
      { required: ['extends'] },
      { properties: { data: { type: ['string', 'object'] } } },
      { required: ['model', 'data', 'optimizer'], properties: { data: ref('data') } },
    ),
    $defs: definitions,
  };
}

function propertiesOf(): Readonly<Record<string, JsonSchema>> {
  const made = toJson(z.strictObject({ ...fields })) as { readonly properties: Readonly<Record<string, JsonSchema>> };
  const listOf = (name: string, minItems = 0): JsonSchema => ({
    type: 'array',
    items: ref(name),
    ...(minItems > 0 && { minItems }),
  });
  const rule = {
    type: 'object',
    properties: { match: { type: 'string', minLength: 1 }, init: ref('initializer') },
    required: ['match', 'init'],
    additionalProperties: false,
  };
  return {
    ...made.properties,
    data: { type: ['string', 'object'] },
    // Calls are no more than names and lists to the check of keys; here they are known.
    model: {
      anyOf: [ref('imported'), { type: 'array', items: { anyOf: [ref('layer'), ref('imported')] }, minItems: 1 }],
    },
    loss: ref('loss'),
    optimizer: ref('optimizer'),
    metrics: listOf('metric'),
    transform: listOf('transform'),
    augment: listOf('transform'),
    init: { type: 'array', items: rule },
  };
}

/** The network of an ONNX file, some layers of which may be others. */
function importedOf(): JsonSchema {
  const made = toJson(importedNetwork);
  const replace = { type: 'object', additionalProperties: ref('layer') };
  return { ...made, properties: { ...(made['properties'] as JsonSchema), replace } };
}

/** A call: the name of a function without arguments, or its name with what it takes. Which arguments follow is asked by the name, so that errors are about them. */
function callsOf(all: readonly CallDescription[]): JsonSchema {
  const names = all.map(({ name }) => name);
  return {
    anyOf: [
      { enum: names },
      {
        type: 'array',
        items: [{ enum: names }],
        minItems: 1,
        allOf: all.map((call) => when({ items: [{ const: call.name }] }, argumentsOf(call))),
      },
      ref('marker'),
    ],
  };
}

function argumentsOf({ args, options, rest }: CallDescription): JsonSchema {
  const front = [{}, ...args.map(argumentOf)];
  if (rest !== null) return { items: front, additionalItems: argumentOf(rest) };
  const properties = Object.fromEntries(options.map((option) => [option.name, argumentOf(option)]));
  const needed = options.filter(({ isOptional }) => !isOptional).map(({ name }) => name);
  const last = {
    type: 'object',
    properties,
    additionalProperties: false,
    ...(needed.length > 0 && { required: needed }),
  };
  const items = options.length > 0 ? [...front, last] : front;
  const least = needed.length > 0 ? items.length : 1 + args.filter(({ isOptional }) => !isOptional).length;
  return { items, minItems: least, maxItems: items.length };
}

function argumentOf({ kind, expected, choices }: ArgumentDescription): JsonSchema {
  const schema = kind === 'choice' && choices !== undefined ? { enum: [...choices] } : ARGUMENTS[kind];
  return open(kind === 'any' ? schema : { ...schema, description: expected });
}

/** Data: the name of a set, or an object whose keys say what it is. */
function dataOf(): JsonSchema {
  const special = ['emnist', 'cifar100', ...TOY_NAMES];
  const plain = DATASET_NAMES.find((name) => !special.includes(name));
  const named = [...special, plain].map((name) => {
    const is = name === plain ? { not: nameIn(special) } : nameIn([name as string]);
    return when({ required: ['name'], ...is }, toJson(namedData({ name })));
  });
  const kinds = namedSchemas().map(({ has, lacks, schema }) => {
    const not = lacks.length === 0 ? {} : { not: { anyOf: lacks.map((key) => ({ required: [key] })) } };
    return when({ required: [...has], ...not }, toJson(schema));
  });
  const keys = [...new Set(namedSchemas().map(({ has }) => has[0] as string))];
  return {
    anyOf: [
      { enum: [...DATASET_NAMES] },
      { type: 'object', anyOf: ['name', ...keys].map((key) => ({ required: [key] })), allOf: [...named, ...kinds] },
    ],
  };
}

/** What holds where a condition does, and where it does not. No literal: an object with the key `then` looks like a promise. */
function when(condition: JsonSchema, then: JsonSchema, otherwise?: JsonSchema): JsonSchema {
  return Object.fromEntries([
    ['if', condition],
    ['then', then],
    ...(otherwise === undefined ? [] : [['else', otherwise]]),
  ] as [string, JsonSchema][]);
}

function nameIn(names: readonly string[]): JsonSchema {
  return { properties: { name: { enum: [...names] } } };
}

/** What Zod checks, as JSON schema. What JSON cannot hold, such as a layer that is made, is left to `propertiesOf`. */
function toJson(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { target: 'draft-7', unrepresentable: 'any', io: 'input' });
  return made as JsonSchema;
}

const SCALARS: readonly unknown[] = ['string', 'number', 'integer', 'boolean'];

/** The same schema in which each number, text and choice may also be a marker. */
function open(schema: JsonSchema): JsonSchema {
  const { type, enum: choices } = schema;
  const inner = mapValues(schema, (value, key) =>
    key === 'if' || key === 'enum' || key === 'const' ? value : opened(value),
  );
  const isScalar = SCALARS.includes(type) || (choices !== undefined && type === undefined);
  return isScalar ? { anyOf: [inner, ref('marker')] } : inner;
}

function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== 'object' || value === null) return value;
  const given = value as JsonSchema;
  return isSchema(given) ? open(given) : mapValues(given, opened);
}

/** Whether an object is a schema, and no record of schemas by names of properties. */
function isSchema(value: JsonSchema): boolean {
  const { type, enum: choices, anyOf, $ref, items, allOf, properties, then } = value;
  const words = typeof type === 'string' || Array.isArray(type);
  return words || [choices, anyOf, $ref, items, allOf, then].some((one) => one !== undefined) || isRecord(properties);
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapValues<T extends object>(
  record: T,
  make: (value: never, key: string) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value as never, key)]));
}
