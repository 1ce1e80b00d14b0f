import { DescentError, describeValue, expectOptions, ValueError } from '@descent/core';
import { expectArgument } from '../arguments.ts';
import { isPlainRecord } from '../dataset-check.ts';
import { DataFormatError, reason } from '../errors.ts';
import { type DataSource, sourceBytes, sourceName } from '../sources/source.ts';
import { type Tokenizer, tokensToDecode } from './tokenizer.ts';

export interface ReadTokenizerOptions {
  /** Whether `encode` puts in what the file's post-processor does, such as `[CLS]` and `[SEP]`. Default true, as in the library. */
  readonly specialTokens?: boolean;
  /** The token of padding, such as `[PAD]`. Default: the one that the file names under `padding`, if it does. */
  readonly padding?: string;
  /** The most bytes of the file. Default 64 MiB. */
  readonly limit?: number;
  /** The name that errors use. Default: the path, or `tokenizer.json` for bytes. */
  readonly name?: string;
}

/** What is used of the library. */
interface Library {
  encode(text: string, options: { add_special_tokens: boolean }): { readonly ids: readonly (number | undefined)[] };
  decode(tokens: number[]): string;
  token_to_id(token: string): number | undefined;
}

/**
 * The tokenizer of a `tokenizer.json`, the file of Hugging Face's `tokenizers`, by the package `@huggingface/tokenizers`, which is to be installed beside
 * this one. Patterns of the file run as regular expressions, so take files from those you trust: one can make `encode` take very long.
 * @throws DataFileError when the file is missing or above the limit, DataFormatError for another file, ValueError for a `padding` that is no token, DescentError
 * without the package; `encode` a ValueError for what has no token, `decode` one for a token that there is not.
 */
export async function readTokenizer(source: DataSource, options: ReadTokenizerOptions = {}): Promise<Tokenizer> {
  expectOptions('readTokenizer', options, ['specialTokens', 'padding', 'limit', 'name']);
  const { specialTokens = true, padding, limit = 64 * 2 ** 20, name = sourceName(source, 'tokenizer.json') } = options;
  if (typeof specialTokens !== 'boolean')
    throw new ValueError('readTokenizer: specialTokens is a switch', {
      received: describeValue(specialTokens),
      expected: 'true or false',
    });
  if (padding !== undefined && typeof padding !== 'string')
    throw new ValueError('readTokenizer: padding is a token', {
      received: describeValue(padding),
      expected: "its text, such as '[PAD]'",
    });
  const file = fileOf(await sourceBytes('readTokenizer', source, limit, name), name);
  const library = await openLibrary(file, name);
  const size = sizeOf(file, name);
  const paddingToken = paddingOf(file, library, padding, size);
  const unknownToken = unknownOf(file, library, size);
  return {
    size,
    ...(paddingToken !== undefined && { padding: paddingToken }),
    ...(unknownToken !== undefined && { unknown: unknownToken }),
    encode(text) {
      expectArgument('encode', typeof text === 'string', text, 'a text');
      const { ids } = library.encode(text, { add_special_tokens: specialTokens });
      // The library gives undefined for a word that a list of words lacks.
      return Int32Array.from(ids, (id) => {
        const token = id ?? unknownToken;
        if (token !== undefined && Number.isInteger(token) && token >= 0 && token < size) return token;
        throw new ValueError('encode: a part of the text has no token', {
          received: JSON.stringify(text.slice(0, 60)),
          expected: `text of the ${size} tokens of ${name}, which has none for what is unknown`,
        });
      });
    },
    decode(tokens) {
      return library.decode(tokensToDecode(tokens, size, paddingToken));
    },
  };
}

type TokenizerFile = { readonly [key: string]: unknown; readonly model: Readonly<Record<string, unknown>> };

function fileOf(bytes: Uint8Array, name: string): TokenizerFile {
  let file: unknown;
  try {
    file = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new DataFormatError('the file is not JSON', {
      file: name,
      received: reason(cause),
      expected: 'a tokenizer.json',
      cause,
    });
  }
  if (isPlainRecord(file) && isPlainRecord(file['model'])) return expectModel(file as TokenizerFile, name);
  throw new DataFormatError('the file describes no tokenizer', {
    file: name,
    received: isPlainRecord(file)
      ? `an object with ${Object.keys(file).slice(0, 8).join(', ') || 'nothing'}`
      : describeValue(file),
    expected: "an object with a 'model', as in a tokenizer.json of Hugging Face's tokenizers",
    fix: 'vocab.json, merges.txt and .model files are other formats: save with tokenizer.save("tokenizer.json") of that library',
  });
}

/** The library takes a model of an unknown type for another one in silence. */
const MODELS: readonly unknown[] = ['BPE', 'Unigram', 'WordLevel', 'WordPiece'];

function expectModel(file: TokenizerFile, name: string): TokenizerFile {
  const { type } = file.model;
  if (MODELS.includes(type)) return file;
  throw new DataFormatError('the tokenizer has an unknown type of model', {
    file: name,
    received: typeof type === 'string' ? type : describeValue(type),
    expected: MODELS.join(', '),
    fix: 'files of old versions name no type: load and save them with the tokenizers library of Python',
  });
}

async function openLibrary(file: TokenizerFile, name: string): Promise<Library> {
  const { Tokenizer } = await import('@huggingface/tokenizers').catch((cause: unknown) => {
    throw new DescentError('tokenizer.json needs the package @huggingface/tokenizers, which cannot be loaded here', {
      received: reason(cause).split('\n', 1)[0],
      fix: 'npm install @huggingface/tokenizers',
      cause,
    });
  });
  try {
    // Absent keys and null are one in the format, but not for the library.
    const whole = {
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder: null,
      added_tokens: [],
      ...file,
    };
    const made = new Tokenizer(whole, {});
    made.encode('a');
    return made;
  } catch (cause) {
    throw new DataFormatError('the library cannot make a tokenizer of the file', {
      file: name,
      received: reason(cause),
      expected: 'a tokenizer.json whose parts @huggingface/tokenizers knows',
      cause,
    });
  }
}

/** One more than the largest token. */
function sizeOf({ model: { vocab }, added_tokens: added = [] }: TokenizerFile, name: string): number {
  const own = Array.isArray(vocab) ? [...vocab.keys()] : isPlainRecord(vocab) ? Object.values(vocab) : [];
  const more = Array.isArray(added)
    ? added.map((token: unknown) => (token as { readonly id?: unknown } | null)?.id)
    : [];
  let largest = -1;
  for (const id of [...own, ...more]) {
    if (!Number.isInteger(id) || (id as number) < 0 || (id as number) >= 2 ** 31)
      throw new DataFormatError('a token has no number', {
        file: name,
        received: describeValue(id),
        expected: 'whole numbers from 0',
      });
    largest = Math.max(largest, id as number);
  }
  if (largest >= 0) return largest + 1;
  throw new DataFormatError('the tokenizer has no tokens', { file: name, expected: 'a vocab in its model' });
}

function paddingOf(file: TokenizerFile, library: Library, given: string | undefined, size: number): number | undefined {
  const { padding } = file;
  const named = isPlainRecord(padding) ? padding['pad_token'] : undefined;
  const token = given ?? (typeof named === 'string' ? named : undefined);
  if (token === undefined) return undefined;
  const id = library.token_to_id(token);
  if (id !== undefined && id < size) return id;
  throw new ValueError('readTokenizer: the token of padding is none of the tokenizer', {
    received: JSON.stringify(token),
    expected: `one of its ${size} tokens`,
  });
}

function unknownOf({ model }: TokenizerFile, library: Library, size: number): number | undefined {
  const { unk_token: token, unk_id: id } = model;
  const found = typeof token === 'string' ? library.token_to_id(token) : id;
  return Number.isInteger(found) && (found as number) >= 0 && (found as number) < size ? (found as number) : undefined;
}
