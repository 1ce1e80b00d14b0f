import { expectOptions, type NDArray, ShapeError, ValueError } from '@descent/core';
import { expectList } from '../arguments.ts';
import type { ArrayDataset } from '../dataset.ts';

export interface TokenWindowsOptions {
  /** Tokens of a window. */
  readonly blockLength: number;
  /** From the start of one window to that of the next. Default `blockLength`: each token is predicted once. */
  readonly stride?: number;
  /** The most bytes of all windows. Default 1 GiB. */
  readonly limit?: number;
  /** What errors call it. Default `text`. */
  readonly name?: string;
}

/**
 * A text as a dataset of a language model: `x` int32 `[windows, blockLength]` and `y` the same, one token on, so that `y[i][t]` is what follows
 * `x[i][0 … t]`. Tokens behind the last whole window are left out. To hold out some text, cut the tokens before: windows that overlap share
 * tokens, so a random split of them would test on what was trained on.
 * @throws ValueError for what are no tokens and for options out of range, ShapeError for fewer tokens than one window and one more.
 */
export function tokenWindows(tokens: ArrayLike<number> | NDArray, options: TokenWindowsOptions): ArrayDataset {
  const given = tokensOf(tokens);
  expectOptions('tokenWindows', options, ['blockLength', 'stride', 'limit', 'name']);
  const { blockLength, stride = blockLength, limit = 2 ** 30, name = 'text' } = options;
  for (const [option, value] of Object.entries({ blockLength, stride })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new ValueError(`tokenWindows: ${option} is a number of tokens`, {
      received: String(value),
      expected: 'a positive integer',
    });
  }
  if (given.length < blockLength + 1)
    throw new ShapeError('tokenWindows: the text is shorter than one window and the token behind it', {
      received: `${given.length} tokens`,
      expected: `at least ${blockLength + 1}, for blockLength ${blockLength}`,
    });
  const windows = Math.floor((given.length - blockLength - 1) / stride) + 1;
  if (2 * 4 * windows * blockLength > limit)
    throw new ValueError('tokenWindows: the windows do not fit into memory', {
      received: `${windows} windows of ${blockLength} tokens: ${2 * 4 * windows * blockLength} bytes`,
      expected: `at most ${limit} bytes`,
      fix: `raise stride, of ${stride}, so that windows overlap less, or raise limit`,
    });
  const at = (shift: number): NDArray<'int32'> => {
    const data = new Int32Array(windows * blockLength);
    for (let i = 0; i < windows; i++) {
      const start = i * stride + shift;
      data.set(given.subarray(start, start + blockLength), i * blockLength);
    }
    return { dtype: 'int32', shape: [windows, blockLength], data };
  };
  const about = { classes: [], licence: 'unknown', source: 'unknown', citation: '' };
  return { name, length: windows, x: at(0), y: at(1), ...about };
}

function tokensOf(given: ArrayLike<number> | NDArray): Int32Array {
  const isArray = typeof given === 'object' && given !== null && 'data' in given;
  const list = isArray ? given.data : given;
  expectList('tokenWindows', list, 'a list of tokens, such as encode(text) gives');
  if (isArray && given.shape.length !== 1)
    throw new ShapeError('tokenWindows takes the tokens of one text', {
      received: `[${given.shape.join(', ')}]`,
      expected: '[length]',
    });
  return expectTokens('tokenWindows', list, 'tokens');
}

/** `list` as int32. Throws a `ValueError` for what is no whole number from 0 on. */
export function expectTokens(what: string, list: ArrayLike<number>, of: string): Int32Array {
  for (let i = 0; i < list.length; i++) {
    const token = list[i] as number;
    if (Number.isInteger(token) && token >= 0 && token < 2 ** 31) continue;
    throw new ValueError(`${what}: this is no token`, {
      received: `${String(token)} at position ${i} of ${of}`,
      expected: 'whole numbers from 0',
    });
  }
  return list instanceof Int32Array ? list : Int32Array.from(list);
}
