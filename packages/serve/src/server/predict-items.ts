import type { PredictItem } from '../models/served-model.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { said } from '../protocol/json-data.ts';
import { MESSAGE_LIMITS } from '../protocol/limits.ts';
import { type JsonObject, splitMessage } from '../protocol/message.ts';
import { bytesOf, contentTypeOf } from './body.ts';

/** What is asked, and whether as a list: then each item says its own error. */
export interface PredictItems {
  readonly items: readonly PredictItem[];
  readonly isList: boolean;
}

const IMAGES: readonly string[] = ['image/png', 'image/jpeg', 'image/webp', 'application/octet-stream'];
const TYPES: readonly string[] = ['application/json', ...IMAGES];
/** Items of one request. */
const MOST = 10_000;

const EXPECTED =
  '{ "row": { … } }, { "row": [numbers] }, { "text": "…" }, { "image": "<base64>" } or { "items": [ … ] }';

/** Reads the body of a request to predict: a picture, or JSON. Throws a ProtocolError for what is neither. */
export function predictItems(request: Parameters<typeof bytesOf>[0]): PredictItems {
  const bytes = bytesOf(request, TYPES);
  const type = contentTypeOf(request);
  if (IMAGES.includes(type)) return { items: [image(bytes)], isList: false };
  const { json } = splitMessage(bytes, null, MESSAGE_LIMITS);
  const { items } = json;
  if (items === undefined) return { items: [itemOf(json, 'the body')], isList: false };
  if (Array.isArray(items) && items.length > 0 && items.length <= MOST)
    return { items: items.map((item: unknown, i) => itemOf(item, `items[${i}]`)), isList: true };
  throw new ProtocolError('this is no list of items', {
    path: 'items',
    received: said(items),
    expected: `1 to ${MOST} items`,
  });
}

function image(bytes: Uint8Array): PredictItem {
  if (bytes.length > 0) return { kind: 'image', bytes };
  throw new ProtocolError('the body is empty', { expected: 'the bytes of a PNG, JPEG or WebP file' });
}

function itemOf(value: unknown, path: string): PredictItem {
  const { row, text, image: base64 } = (typeof value === 'object' && value !== null ? value : {}) as JsonObject;
  const given = [row, text, base64].filter((one) => one !== undefined).length;
  if (given === 1 && typeof text === 'string') return { kind: 'text', text };
  if (given === 1 && typeof row === 'object' && row !== null)
    return { kind: 'row', row: row as Readonly<Record<string, unknown>> | readonly unknown[] };
  if (given === 1 && typeof base64 === 'string' && /^[A-Za-z\d+/]+={0,2}$/.test(base64))
    return image(Buffer.from(base64, 'base64'));
  if (given === 1 && text !== undefined)
    throw new ProtocolError('this is no text', { path: `${path}: text`, received: said(text), expected: 'a text' });
  if (given === 1 && base64 !== undefined) {
    throw new ProtocolError('this is no picture in base64', {
      path: `${path}: image`,
      received: said(base64),
      expected: 'the bytes of a PNG, JPEG or WebP file in base64, in one line and without data: in front',
    });
  }
  throw new ProtocolError('this is nothing that can be predicted', { path, received: said(value), expected: EXPECTED });
}
