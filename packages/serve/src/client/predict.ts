import { describeValue, ValueError } from '@descent/core';

/** A picture (the bytes of a PNG, JPEG or WebP file), a row by columns or as numbers, or a text. */
export type PredictItem =
  | { readonly image: Uint8Array }
  | { readonly row: Readonly<Record<string, unknown>> | readonly number[] }
  | { readonly text: string };

/** What a server of Descent says of an item. */
export interface Predicted {
  /** The most probable classes, best first. */
  readonly predictions?: readonly { readonly label: string; readonly index: number; readonly probability: number }[];
  /** Where any number of labels may be right: those that are. */
  readonly labels?: readonly string[];
  /** Of networks that give numbers. */
  readonly values?: readonly number[];
  /** Whether dark and bright of a picture were exchanged. */
  readonly inverted?: boolean;
}

/** An item of several that could not be answered says why. */
export type PredictedOrError = Predicted | { readonly error: string };

/** The body of a request to predict. Throws a `ValueError` for what is no item. */
export function predictBody(items: unknown): { readonly type: string; readonly body: Uint8Array } {
  if (Array.isArray(items) && items.length > 0)
    return json({ items: items.map((item, i) => entry(item, `items[${i}]`)) });
  const { image } = (items ?? {}) as { readonly image?: unknown };
  if (image instanceof Uint8Array) return { type: 'application/octet-stream', body: image };
  return json(entry(items, 'item'));
}

function entry(item: unknown, path: string): object {
  const { image, row, text } = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>;
  if ([image, row, text].filter((one) => one !== undefined).length === 1) {
    if (image instanceof Uint8Array) return { image: base64(image) };
    if (typeof text === 'string') return { text };
    if (typeof row === 'object' && row !== null)
      return { row: ArrayBuffer.isView(row) ? Array.from(row as Float32Array) : row };
  }
  throw new ValueError('this is nothing that can be predicted', {
    path,
    received: describeValue(item),
    expected: '{ image: bytes }, { row: { column: value } }, { row: [numbers] }, { text }, or a list of these',
  });
}

function json(value: object): { readonly type: string; readonly body: Uint8Array } {
  return { type: 'application/json', body: new TextEncoder().encode(JSON.stringify(value)) };
}

function base64(bytes: Uint8Array): string {
  let text = '';
  // As many arguments as every engine takes.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
