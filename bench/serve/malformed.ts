import type { Agent } from 'node:http';
import { post, type Question } from './load.ts';

/** What a server may say to a request that is wrong; 200 where the mutation left it right. */
const ALLOWED: readonly number[] = [200, 400, 404, 405, 408, 413, 415, 422, 431];

/** Requests that were changed at random places, in turn. Returns how many were answered in another way than with a client's mistake. */
export async function malformed(url: string, valid: Question, count: number, agent: Agent): Promise<number> {
  const random = generator(7);
  let odd = 0;
  for (let i = 0; i < count; i++) {
    const { status } = await post(url, mutated(valid, random), agent);
    if (!ALLOWED.includes(status)) odd++;
  }
  return odd;
}

/** A small seeded generator of numbers from 0 to 1: mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PIECES = [
  '"',
  '{',
  '}',
  '[',
  ']',
  '-1',
  '1e999',
  'null',
  '"FP64"',
  '"BYTES"',
  ',',
  '\\u0000',
  '99999999999999999999',
  'ä',
];

function mutated({ path, message }: Question, random: () => number): Pick<Question, 'path' | 'message'> {
  const { headerLength, contentType } = message;
  const length = headerLength ?? message.body.length;
  const at = Math.floor(random() * length);
  const json = Buffer.from(message.body.subarray(0, length)).toString('latin1');
  const piece = PIECES[Math.floor(random() * PIECES.length)] ?? '';
  const header = Buffer.from(`${json.slice(0, at)}${piece}${json.slice(at + Math.floor(random() * 4))}`, 'utf8');
  const cut = message.body.subarray(length, Math.floor(length + random() * 2 * (message.body.length - length)));
  const way = Math.floor(random() * 4);
  const body = Buffer.concat(
    way === 0 ? [header] : way === 1 ? [Buffer.from(json, 'latin1'), cut] : [header, message.body.subarray(length)],
  );
  const said = way === 3 ? Math.floor(random() * 2 * body.length) : headerLength === null ? null : header.length;
  return { path, message: { body, headerLength: said, contentType } };
}
