import { ValueError } from '@descent/core';
import { expectList } from '../arguments.ts';

/** Turns text into tokens, whole numbers from 0 to `size − 1`, and back. */
export interface Tokenizer {
  /** How many tokens there are: rows of an embedding, classes of an output. */
  readonly size: number;
  /** The token that fills up short sequences; none where there is no such token. */
  readonly padding?: number;
  /** The token of what has no other; none where that is an error. */
  readonly unknown?: number;
  /** The tokens of a text, `[length]`. */
  encode(text: string): Int32Array;
  /** The text of tokens; padding stands for nothing. */
  decode(tokens: ArrayLike<number>): string;
}

/** The tokens that stand for something. Throws a `ValueError` for one that a tokenizer of `size` tokens has not. */
export function tokensToDecode(tokens: ArrayLike<number>, size: number, padding: number | undefined): number[] {
  expectList('decode', tokens, 'a list of tokens');
  const list = Array.from(tokens);
  const wrong = list.findIndex((token) => !Number.isInteger(token) || token < 0 || token >= size);
  if (wrong < 0) return list.filter((token) => token !== padding);
  throw new ValueError('decode: there is no such token', {
    received: `${String(list[wrong])} at position ${wrong}`,
    expected: `whole numbers from 0 to ${size - 1}`,
  });
}
