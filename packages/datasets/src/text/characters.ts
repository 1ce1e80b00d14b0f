import { expectOptions, ValueError } from '@descent/core';
import { expectArgument } from '../arguments.ts';
import { type Tokenizer, tokensToDecode } from './tokenizer.ts';

export interface CharactersOptions {
  /** Whether token 0 stands for padding. Default false. */
  readonly padding?: boolean;
  /**
   * What becomes of a character that is not in the vocabulary: `'error'` (the default), or `'token'`, the token behind that of padding, which decodes to
   * U+FFFD.
   */
  readonly unknown?: 'error' | 'token';
}

/** A token for each character. */
export interface Characters extends Tokenizer {
  /** Each in the order of its token, behind those of padding and of the unknown: what `characters` makes the same vocabulary of. */
  readonly characters: readonly string[];
}

/**
 * The characters of a text as a vocabulary, in the order of their code points; of a list of characters, in the order of the list. A character is a code point
 * of Unicode, so that Chinese text has one token a character, and the vocabulary is the same on every engine: which code points join to one visible sign
 * changes with versions of Unicode. Text is taken as it is; `text.normalize('NFC')` joins accents first.
 * @throws ValueError for an empty text, half of a surrogate pair, or a list with a text of several characters or one twice; `encode` for an
 * unknown character, `decode` for a token that there is not.
 */
export function characters(text: string | readonly string[], options: CharactersOptions = {}): Characters {
  const isList = Array.isArray(text);
  expectArgument('characters', isList || typeof text === 'string', text, 'a text, or a list of characters');
  expectOptions('characters', options, ['padding', 'unknown']);
  const { padding = false, unknown = 'error' } = options;
  if (typeof padding !== 'boolean')
    throw new ValueError('characters: padding is a switch', { received: String(padding), expected: 'true or false' });
  if (unknown !== 'error' && unknown !== 'token')
    throw new ValueError('characters: unknown has no such setting', {
      received: String(unknown),
      expected: "'error' or 'token'",
    });
  const found = isList ? expectCharacters(text) : charactersOf(text as string);
  if (found.length === 0)
    throw new ValueError('characters: there is no character', {
      received: isList ? 'an empty list' : 'an empty text',
      expected: 'at least one',
    });
  const special = (padding ? 1 : 0) + (unknown === 'token' ? 1 : 0);
  const paddingToken = padding ? 0 : undefined;
  const unknownToken = unknown === 'token' ? special - 1 : undefined;
  const tokens = new Map(found.map((character, i) => [character, special + i]));
  const size = special + found.length;
  return {
    characters: found,
    size,
    ...(paddingToken !== undefined && { padding: paddingToken }),
    ...(unknownToken !== undefined && { unknown: unknownToken }),
    encode(given) {
      expectArgument('encode', typeof given === 'string', given, 'a text');
      // No text has more code points than code units.
      const encoded = new Int32Array(given.length);
      let length = 0;
      let at = 0;
      for (const character of given) {
        const token = tokens.get(character) ?? unknownToken;
        if (token === undefined) throw unknownCharacter(given, character, at);
        encoded[length++] = token;
        at += character.length;
      }
      return encoded.slice(0, length);
    },
    decode(given) {
      return tokensToDecode(given, size, paddingToken)
        .map((token) => (token === unknownToken ? '\uFFFD' : (found[token - special] as string)))
        .join('');
    },
  };
}

function charactersOf(text: string): readonly string[] {
  const all = [...new Set(text)].sort((a, b) => codeOf(a) - codeOf(b));
  const half = all.find(isHalf);
  if (half !== undefined) throw halfOfPair(half, text.indexOf(half));
  return all;
}

function expectCharacters(list: readonly unknown[]): readonly string[] {
  const seen = new Set<unknown>();
  for (const [i, one] of list.entries()) {
    const isOne = typeof one === 'string' && one !== '' && String.fromCodePoint(codeOf(one)) === one;
    if (isOne && isHalf(one)) throw halfOfPair(one, i);
    if (!isOne || seen.has(one))
      throw new ValueError(isOne ? 'characters: a character is listed twice' : 'characters: this is no character', {
        received: `${JSON.stringify(one) ?? String(one)} at position ${i}`,
        expected: 'texts of one character each, all different',
      });
    seen.add(one);
  }
  return list as readonly string[];
}

/** The code point of a character. */
function codeOf(character: string): number {
  return character.codePointAt(0) as number;
}

function isHalf(character: string): boolean {
  return codeOf(character) >= 0xd800 && codeOf(character) <= 0xdfff;
}

function halfOfPair(half: string, at: number): ValueError {
  return new ValueError('characters: half of a character', {
    received: `U+${codeOf(half).toString(16).toUpperCase()} at position ${at}, one half of a surrogate pair`,
    expected: 'whole characters',
    fix: 'the text was cut inside of a character: cut Array.from(text), or call text.toWellFormed()',
  });
}

function unknownCharacter(text: string, character: string, at: number): ValueError {
  const code = `U+${codeOf(character).toString(16).toUpperCase().padStart(4, '0')}`;
  return new ValueError('encode: the vocabulary lacks a character', {
    received: `${JSON.stringify(character)} (${code}) at position ${at} of ${JSON.stringify(text.slice(Math.max(0, at - 10), at + 10))}`,
    expected: 'characters of the text that the vocabulary was made of',
    fix: "make it of all the text, or with characters(text, { unknown: 'token' })",
  });
}
