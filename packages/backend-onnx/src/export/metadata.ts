import type { ModelInfo } from '../model/to-proto.ts';

/** How a picture becomes the network's input, for programs that open image files. */
export interface ImagePreprocessing {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for RGB. */
  readonly channels: 1 | 3;
  /** What the training images look like: MNIST is bright on dark. Pictures of the other kind are inverted. */
  readonly background?: 'dark' | 'light';
}

/** What Descent writes into a model file besides the graph. Everything is text; nothing in it is ever executed. */
export interface ModelMetadata {
  /** Class names, in the order of the output. */
  readonly labels?: readonly string[];
  readonly preprocessing?: ImagePreprocessing;
  /** Whether the output holds probabilities or logits. */
  readonly outputKind?: 'probabilities' | 'logits';
}

const KEYS = {
  labels: 'descent.labels',
  preprocessing: 'descent.preprocessing',
  outputKind: 'descent.outputKind',
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
  const preprocessing = parse(entries.get(KEYS.preprocessing));
  const outputKind = parse(entries.get(KEYS.outputKind));
  return {
    ...(Array.isArray(labels) && labels.every((l) => typeof l === 'string') ? { labels } : {}),
    ...(isPreprocessing(preprocessing) ? { preprocessing } : {}),
    ...(outputKind === 'probabilities' || outputKind === 'logits' ? { outputKind } : {}),
  };
}

function isPreprocessing(value: unknown): value is ImagePreprocessing {
  if (typeof value !== 'object' || value === null) return false;
  const { width, height, channels, background } = value as Record<string, unknown>;
  const size = (n: unknown): boolean => Number.isInteger(n) && (n as number) >= 1 && (n as number) <= 65_536;
  return (
    size(width) &&
    size(height) &&
    (channels === 1 || channels === 3) &&
    [undefined, 'dark', 'light'].includes(background as string | undefined)
  );
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
