import { describeValue, ValueError } from '@descent/core';
import { isPlainRecord } from '../dataset-check.ts';
import { damaged, fromJson, isCount, list } from '../tables/check-preparation.ts';
import { characters } from './characters.ts';

const PADDINGS = ['token', 'lengths', 'mask', 'attention', 'segments', 'none'] as const;

/** How texts become the tokens that a network takes: a plain value, which JSON keeps exactly, so that an exported network can say it. */
export interface TextPreparation {
  readonly format: 'descent.text.1';
  readonly tokens: CharacterTokens | FileTokens;
  /** Tokens of an input: short texts are filled up to it. */
  readonly length: number;
  /** What becomes of a longer text: `'end'` keeps its first tokens, `'start'` its last ones. Default of data: an `'error'`. */
  readonly truncate: 'error' | 'end' | 'start';
  /**
   * What a network takes: `'token'`: int32 `[batch, length]`, filled up with the token of padding; `'lengths'`: `{ x, lengths }`, as recurrent layers take
   * them; `'mask'`: `{ src, srcKeyPaddingMask }`, as an encoder takes them; `'attention'`: `{ input_ids, attention_mask }`, as files of transformers take them, with a
   * 1 for each token that counts; `'segments'`: these, and `token_type_ids`, which are 0; `'none'`: windows of one long text, which have no padding.
   */
  readonly padding: (typeof PADDINGS)[number];
  /** The column of texts where they came from a table. */
  readonly column: string | null;
}

/** The vocabulary of `characters`. */
export interface CharacterTokens {
  readonly kind: 'characters';
  readonly characters: readonly string[];
  readonly padding: boolean;
  readonly unknown: 'error' | 'token';
}

/** The tokenizer of a `tokenizer.json`, with its text. */
export interface FileTokens {
  readonly kind: 'file';
  readonly json: string;
  readonly specialTokens: boolean;
  /** The token of padding, where it is not the one that the file names. */
  readonly padding: string | null;
}

/**
 * A preparation of texts from JSON, as a text or as what `JSON.parse` made of it, checked to the last character.
 * @throws ValueError that names the first thing that is wrong.
 */
export function parseTextPreparation(given: unknown): TextPreparation {
  const value = fromJson(given);
  expectTextPreparation('parseTextPreparation', value);
  return value;
}

/** Throws a `ValueError` unless `value`, an argument of `what`, is a preparation of texts. */
export function expectTextPreparation(what: string, value: unknown): asserts value is TextPreparation {
  const given = (isPlainRecord(value) ? value : {}) as Partial<TextPreparation>;
  const { format, tokens, length, truncate, padding, column } = given;
  if (format !== 'descent.text.1') {
    throw new ValueError(`${what}: this is no preparation of texts`, {
      received: isPlainRecord(value) ? `format: ${describeValue(format)}` : describeValue(value),
      expected: "an object with format: 'descent.text.1', such as an exported network has as text",
    });
  }
  expectTokens(tokens);
  if (!isCount(length, 1)) throw damaged('length', describeValue(length), 'a whole number of at least 1');
  expectWord('truncate', truncate, ['error', 'end', 'start']);
  expectWord('padding', padding, PADDINGS);
  if (column !== null && typeof column !== 'string') throw damaged('column', describeValue(column), 'a text, or null');
}

function expectTokens(value: unknown): void {
  const given = (isPlainRecord(value) ? value : {}) as Record<string, unknown>;
  expectWord('tokens.kind', given['kind'], ['characters', 'file']);
  if (given['kind'] === 'file') {
    if (typeof given['json'] !== 'string') throw damaged('tokens.json', describeValue(given['json']), 'a text');
    expectFlag('tokens.specialTokens', given['specialTokens']);
    const { padding } = given;
    if (padding !== null && typeof padding !== 'string')
      throw damaged('tokens.padding', describeValue(padding), 'a text, or null');
    return;
  }
  expectFlag('tokens.padding', given['padding']);
  expectWord('tokens.unknown', given['unknown'], ['error', 'token']);
  const all = list('tokens.characters', given['characters']);
  try {
    characters(all as readonly string[]);
  } catch (error) {
    throw error instanceof ValueError
      ? damaged('tokens.characters', error.details.received ?? '', 'characters, each once')
      : error;
  }
}

function expectFlag(path: string, value: unknown): void {
  if (typeof value !== 'boolean') throw damaged(path, describeValue(value), 'true or false');
}

function expectWord(path: string, value: unknown, words: readonly string[]): void {
  if (!words.includes(value as string)) throw damaged(path, describeValue(value), words.join(', '));
}
