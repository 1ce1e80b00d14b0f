import { type ImagePreprocessing, isOutputKind, type OutputKind, parseImagePreprocessing } from '@descent/core';
import type { ModelInfo } from '../model/to-proto.ts';

/** What Descent writes into a model file besides the graph. Everything is text; nothing in it is ever executed. */
export interface ModelMetadata {
  /** Class names, in the order of the output. */
  readonly labels?: readonly string[];
  readonly preprocessing?: ImagePreprocessing;
  /** What the numbers of the output are. */
  readonly outputKind?: OutputKind;
  /** The same of several outputs, by their names. */
  readonly outputKinds?: Readonly<Record<string, OutputKind>>;
}

const KEYS = {
  labels: 'descent.labels',
  preprocessing: 'descent.preprocessing',
  outputKind: 'descent.output',
  outputKinds: 'descent.outputs',
} as const;

export function writeMetadata(metadata: ModelMetadata, description: string): ModelInfo {
  const entries = Object.entries(KEYS).flatMap(([field, key]) => {
    const value = metadata[field as keyof ModelMetadata];
    return value === undefined ? [] : [[key, JSON.stringify(value)] as const];
  });
  return { producer: 'descent', description, metadata: Object.fromEntries(entries) };
}

/** Reads what `writeMetadata` wrote; entries that are missing or damaged are left out, since any program may have edited them. */
export function readMetadata(entries: ReadonlyMap<string, string>): ModelMetadata {
  const labels = parse(entries.get(KEYS.labels));
  const preprocessing = parseImagePreprocessing(parse(entries.get(KEYS.preprocessing)));
  const outputKind = parse(entries.get(KEYS.outputKind));
  const outputKinds = parse(entries.get(KEYS.outputKinds));
  return {
    ...(Array.isArray(labels) && labels.every((l) => typeof l === 'string') ? { labels } : {}),
    ...(preprocessing === undefined ? {} : { preprocessing }),
    ...(isOutputKind(outputKind) ? { outputKind } : {}),
    ...(isKinds(outputKinds) ? { outputKinds } : {}),
  };
}

function isKinds(value: unknown): value is Readonly<Record<string, OutputKind>> {
  return typeof value === 'object' && value !== null && Object.values(value).every(isOutputKind);
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
