import { characters } from './characters.ts';
import { readTokenizer } from './read-tokenizer.ts';
import { expectTextPreparation, type TextPreparation } from './text-preparation.ts';
import type { Tokenizer } from './tokenizer.ts';

/**
 * The tokenizer that a preparation holds.
 * @throws what `characters` and `readTokenizer` throw; ValueError for what is no preparation.
 */
export async function tokenizerOf(preparation: TextPreparation): Promise<Tokenizer> {
  expectTextPreparation('tokenizerOf', preparation);
  const { tokens } = preparation;
  if (tokens.kind === 'characters') {
    const { characters: all, padding, unknown } = tokens;
    return characters(all, { padding, unknown });
  }
  const { json, specialTokens, padding } = tokens;
  const bytes = new TextEncoder().encode(json);
  return readTokenizer(bytes, { specialTokens, ...(padding !== null && { padding }) });
}
