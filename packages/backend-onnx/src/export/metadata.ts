import {
  type AxisRanges,
  type ImagePreprocessing,
  isOutputKind,
  type OutputKind,
  parseImagePreprocessing,
} from '@descent/core';
import type { OpenAxis } from '@descent/core/backend';
import { packageVersion } from '#files';
import type { ModelInfo } from '../model/to-bytes.ts';

/** What Descent writes into a model file besides the graph. Everything is text; nothing in it is ever executed. */
export interface ModelMetadata {
  /** Class names, in the order of the output. */
  readonly labels?: readonly string[];
  readonly preprocessing?: ImagePreprocessing;
  /** What else was given to `exportOnnx` as `metadata`, by name. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** What the numbers of the output are. */
  readonly outputKind?: OutputKind;
  /** The same of several outputs, by their names. */
  readonly outputKinds?: Readonly<Record<string, OutputKind>>;
  /** Which sizes the open axes of the inputs may have, by their names. */
  readonly axes?: AxisRanges;
}

const KEYS = {
  labels: 'descent.labels',
  preprocessing: 'descent.preprocessing',
  metadata: 'descent.metadata',
  outputKind: 'descent.output',
  outputKinds: 'descent.outputs',
  axes: 'descent.axes',
} as const;

/** @param properties Entries besides Descent's own. */
export function writeMetadata(
  metadata: ModelMetadata,
  description: string,
  properties: Readonly<Record<string, string>> = {},
): ModelInfo {
  const entries = Object.entries(KEYS).flatMap(([field, key]) => {
    const value = metadata[field as keyof ModelMetadata];
    return value === undefined ? [] : [[key, JSON.stringify(value)] as const];
  });
  return {
    producer: 'descent',
    producerVersion: packageVersion(),
    description,
    metadata: { ...properties, ...Object.fromEntries(entries) },
  };
}

/** The ranges of `axes` as they are written: without what is no limit. */
export function rangesOf(axes: readonly OpenAxis[]): AxisRanges {
  return Object.fromEntries(
    axes.map(({ name, min, max, multipleOf }) => [
      name,
      { min, ...(Number.isFinite(max) && { max }), ...(multipleOf > 1 && { multipleOf }) },
    ]),
  );
}

/** The entries that are not Descent's own. */
export function readProperties(entries: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries([...entries].filter(([key]) => !key.startsWith('descent.')));
}

/** Reads what `writeMetadata` wrote; entries that are missing or damaged are left out, since any program may have edited them. */
export function readMetadata(entries: ReadonlyMap<string, string>): ModelMetadata {
  const labels = parse(entries.get(KEYS.labels));
  const preprocessing = parseImagePreprocessing(parse(entries.get(KEYS.preprocessing)));
  const metadata = parse(entries.get(KEYS.metadata));
  const outputKind = parse(entries.get(KEYS.outputKind));
  const outputKinds = parse(entries.get(KEYS.outputKinds));
  const axes = parse(entries.get(KEYS.axes));
  return {
    ...(Array.isArray(labels) && labels.every((l) => typeof l === 'string') ? { labels } : {}),
    ...(preprocessing === undefined ? {} : { preprocessing }),
    ...(isObject(metadata) ? { metadata } : {}),
    ...(isOutputKind(outputKind) ? { outputKind } : {}),
    ...(isKinds(outputKinds) ? { outputKinds } : {}),
    ...(isRanges(axes) ? { axes } : {}),
  };
}

function isKinds(value: unknown): value is Readonly<Record<string, OutputKind>> {
  return typeof value === 'object' && value !== null && Object.values(value).every(isOutputKind);
}

function isRanges(value: unknown): value is AxisRanges {
  const isRange = (range: unknown): boolean =>
    isObject(range) && ['min', 'max', 'multipleOf'].every((k) => range[k] === undefined || isSize(range[k]));
  return isObject(value) && Object.values(value).every(isRange);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
