import { type NDArray, type NDArrays, ValueError } from '@descent/core';
import { expectArgument, expectList } from '../arguments.ts';
import { sequenceDataset } from '../sequences/sequence-dataset.ts';
import { expectTextPreparation, type TextPreparation } from './text-preparation.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Tokens `[rows, time]` with how many of each count, as `textDataset` and `sequenceDataset` give them. */
export interface PaddedTokens {
  readonly tokens: NDArray;
  readonly lengths: NDArray;
}

/**
 * Texts to predict from, as the network takes them: the same numbers as those it was trained on. `tokenizer` is that of the preparation, as `tokenizerOf` of
 * `@descent/datasets/tokenizers` opens it.
 * @throws ValueError for a text without a token, a longer one than the preparation has room for unless it says what to cut, and for a preparation of windows.
 */
export function prepareTexts(preparation: TextPreparation, tokenizer: Tokenizer, texts: readonly string[]): NDArrays {
  expectTextPreparation('prepareTexts', preparation);
  expectArgument('prepareTexts', typeof tokenizer?.encode === 'function', tokenizer, 'a tokenizer');
  expectList('prepareTexts', texts, "a list of texts, such as ['a good film']");
  const { length, truncate } = preparation;
  const items = Array.from(texts, (text) => tokenizer.encode(text));
  const { x } = sequenceDataset(items, new Int32Array(items.length), {
    maxLength: length,
    ...(truncate !== 'error' && { truncate }),
  });
  return paddedInputs(preparation, tokenizer, x as PaddedTokens);
}

/**
 * Padded tokens as the network of a preparation takes them: each row filled up to its length, under the names of its layers.
 * @throws ValueError for windows, and for `padding: 'token'` without such a token.
 */
export function paddedInputs(preparation: TextPreparation, tokenizer: Tokenizer, padded: PaddedTokens): NDArrays {
  expectTextPreparation('paddedInputs', preparation);
  expectArgument('paddedInputs', typeof tokenizer?.encode === 'function', tokenizer, 'a tokenizer');
  const isPadded = padded?.tokens?.shape?.length === 2 && padded.lengths?.shape?.length === 1;
  expectArgument('paddedInputs', isPadded, padded, '{ tokens, lengths }, arrays [rows, time] and [rows]');
  const { tokens, lengths } = padded;
  const { padding, length } = preparation;
  if (padding === 'none')
    throw new ValueError('paddedInputs: windows of a text have no padding', {
      received: "a preparation with padding: 'none'",
      expected: "'token', 'lengths', 'mask', 'attention' or 'segments'",
    });
  if (padding === 'token' && tokenizer.padding === undefined)
    throw new ValueError('the tokenizer has no token of padding', {
      path: 'padding',
      received: "padding: 'token'",
      expected: 'a tokenizer with such a token',
      fix: "name the token, or let the network know the lengths: padding: 'lengths'",
    });
  const all = filledUp(tokens, lengths, length, tokenizer.padding ?? 0);
  switch (padding) {
    case 'token':
      return all;
    case 'lengths':
      return { x: all, lengths };
    case 'mask':
      return { src: all, srcKeyPaddingMask: behind(lengths, length) };
    case 'attention':
      return { input_ids: all, attention_mask: counting(lengths, length) };
    case 'segments': {
      const types: NDArray = { ...all, data: new Int32Array(all.data.length) };
      return { input_ids: all, attention_mask: counting(lengths, length), token_type_ids: types };
    }
  }
}

function filledUp(tokens: NDArray, lengths: NDArray, length: number, padding: number): NDArray<'int32'> {
  const [rows = 0, time = 0] = tokens.shape;
  const data = new Int32Array(rows * length).fill(padding);
  for (let row = 0; row < rows; row++) {
    const start = row * time;
    data.set((tokens.data as Int32Array).subarray(start, start + (lengths.data[row] as number)), row * length);
  }
  return { dtype: 'int32', shape: [rows, length], data };
}

/** 1 for tokens, 0 where there is padding. */
function counting({ data: lengths }: NDArray, length: number): NDArray<'int32'> {
  const data = new Int32Array(lengths.length * length);
  lengths.forEach((count, row) => {
    data.fill(1, row * length, row * length + count);
  });
  return { dtype: 'int32', shape: [lengths.length, length], data };
}

/** True where there is padding. */
function behind({ data: lengths }: NDArray, length: number): NDArray<'bool'> {
  const data = new Uint8Array(lengths.length * length);
  lengths.forEach((count, row) => {
    data.fill(1, row * length + count, (row + 1) * length);
  });
  return { dtype: 'bool', shape: [lengths.length, length], data };
}
