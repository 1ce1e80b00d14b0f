import { ValueError } from '@descent/core';
import { type CharacterTokens, characters, type FileTokens, type Tokenizer } from '@descent/datasets';
import { readTokenizer } from '@descent/datasets/tokenizers';
import { mistakeAt } from '../errors.ts';
import type { TokenizerChoice } from './define-config.ts';
import type { ConfigFiles } from './files.ts';

/** What makes tokens, and what is kept of it in a run and in its ONNX file. */
export interface TextTokens {
  readonly tokens: CharacterTokens | FileTokens;
  readonly tokenizer: Tokenizer;
}

/**
 * The tokenizer of a config: a token for each character of `text`, or that of a `tokenizer.json`.
 * @throws UsageError for a wrong token of padding, and what `characters` and `readTokenizer` throw.
 */
export async function textTokens(
  choice: TokenizerChoice | undefined,
  text: string,
  { padding, unknown }: Pick<CharacterTokens, 'padding' | 'unknown'>,
  files: ConfigFiles,
): Promise<TextTokens> {
  if (choice === undefined || choice === 'characters') {
    const tokenizer = characters(text, { padding, unknown });
    return { tokens: { kind: 'characters', characters: tokenizer.characters, padding, unknown }, tokenizer };
  }
  const { file, specialTokens = true, padding: token } = choice;
  const path = files.nameOf(file);
  const json = await files.text(file);
  const options = { specialTokens, name: path, ...(token !== undefined && { padding: token }) };
  const tokenizer = await readTokenizer(new TextEncoder().encode(json), options).catch((error: unknown) => {
    throw error instanceof ValueError ? mistakeAt('data.tokenizer', error) : error;
  });
  return { tokens: { kind: 'file', json, specialTokens, padding: token ?? null }, tokenizer };
}
