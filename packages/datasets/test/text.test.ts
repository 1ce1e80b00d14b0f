import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeValue, ShapeError, tensor, ValueError } from '@descent/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  characters,
  DataFileError,
  DataFormatError,
  imdb,
  mobyDick,
  readCsv,
  readJsonLines,
  textDataset,
  textFolder,
  tokenWindows,
} from '../src/public/index.ts';
import { readTokenizer } from '../src/public/tokenizers.ts';
import { folder, rejection } from './helpers.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('characters', () => {
  test('has a token for each code point, in their order, and gives the text back', () => {
    const all = characters('héllo 世界🙂 world');
    expect(all.characters.join('')).toBe(' dhlorwé世界🙂');
    expect(all.size).toBe(11);
    expect([...all.encode('世界🙂h')]).toEqual([8, 9, 10, 2]);
    expect(all.decode(all.encode('hold 🙂界'))).toBe('hold 🙂界');
    expect([all.padding, all.unknown]).toEqual([undefined, undefined]);
  });

  test('gives every text back that it was made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const made = characters(text);
        expect(made.decode(made.encode(text))).toBe(text);
        expect(characters(made.characters).encode(text)).toEqual(made.encode(text));
      }),
    );
  });

  test('has tokens of padding and of the unknown in front where they are asked for', () => {
    const both = characters('ab', { padding: true, unknown: 'token' });
    expect([both.padding, both.unknown, both.size]).toEqual([0, 1, 4]);
    expect([...both.encode('a?b')]).toEqual([2, 1, 3]);
    expect(both.decode([2, 1, 3, 0, 0])).toBe('a\uFFFDb');
    expect(characters('ab', { unknown: 'token' }).unknown).toBe(0);
    expect([...characters(['b', 'a'], { padding: true }).encode('ab')]).toEqual([2, 1]);
  });

  const made = (text: unknown, options?: object): unknown => characters(text as string, options);
  test.each<[string, () => unknown, RegExp]>([
    ['nothing', () => made(''), /an empty text/],
    ['an empty list', () => made([]), /an empty list/],
    ['a number', () => made(5), /a text, or a list of characters/],
    ['half of a character', () => made('a\uD83D'), /U\+D83D at position 1/],
    ['words', () => made(['ab']), /"ab" at position 0/],
    ['a character twice', () => made(['a', 'b', 'a']), /"a" at position 2/],
    ['a list of numbers', () => made([1]), /no character/],
    ['padding of another kind', () => made('a', { padding: 0 }), /true or false/],
    ['another unknown', () => made('a', { unknown: 'skip' }), /'error' or 'token'/],
    ['a misspelt option', () => made('a', { unknwon: 'token' }), /unknown/],
    ['an unknown character', () => characters('ab').encode('abc'), /"c" \(U\+0063\) at position 2/],
    ['an unknown character behind a pair', () => characters('🙂').encode('🙂世'), /U\+4E16\) at position 2/],
    ['no text to encode', () => characters('ab').encode(3 as never), /a text/],
    ['a token beyond', () => characters('ab').decode([0, 2]), /2 at position 1/],
    ['a negative token', () => characters('ab').decode([-1]), /0 to 1/],
    ['half a token', () => characters('ab').decode([0.5]), /0.5/],
    ['no tokens', () => characters('ab').decode('ab' as never), /a list of tokens/],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });
});

describe('tokenWindows', () => {
  test('has what follows as targets, one token on', () => {
    const { x, y, length, classes } = tokenWindows([0, 1, 2, 3, 4, 5, 6], { blockLength: 3 });
    expect([length, x.shape, ...x.data]).toEqual([2, [2, 3], 0, 1, 2, 3, 4, 5]);
    expect([y.shape, ...y.data, classes]).toEqual([[2, 3], 1, 2, 3, 4, 5, 6, []]);
  });

  test('predicts each token once by default, and windows overlap with a smaller stride', () => {
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 10 }),
        (more, block, stride) => {
          const count = block + 1 + more;
          const tokens = Int32Array.from({ length: count }, (_, i) => 3 * i);
          const { x, y, length } = tokenWindows(tokens, { blockLength: block, stride });
          for (let i = 0; i < length; i++)
            for (let t = 0; t < block; t++) {
              expect(x.data[i * block + t]).toBe(3 * (i * stride + t));
              expect(y.data[i * block + t]).toBe(3 * (i * stride + t + 1));
            }
          // One more window would go beyond the text.
          expect(length * stride + block + 1).toBeGreaterThan(count);
        },
      ),
    );
  });

  const made = (tokens: unknown, options: object): unknown => tokenWindows(tokens as number[], options as never);
  test.each<[string, () => unknown, typeof ValueError | typeof ShapeError, RegExp]>([
    ['too few tokens', () => made([1, 2, 3], { blockLength: 3 }), ShapeError, /at least 4/],
    ['a text', () => made('text', { blockLength: 1 }), ValueError, /encode\(text\)/],
    ['a negative token', () => made([1, -1], { blockLength: 1 }), ValueError, /-1 at position 1/],
    ['floats', () => made(tensor([0.5, 1]), { blockLength: 1 }), ValueError, /0.5 at position 0/],
    ['several texts', () => made(tensor([[1, 2]], 'int32'), { blockLength: 1 }), ShapeError, /one text/],
    ['no blockLength', () => made([1, 2], {}), ValueError, /blockLength/],
    ['a stride of 0', () => made([1, 2], { blockLength: 1, stride: 0 }), ValueError, /stride/],
    ['what does not fit', () => made([1, 2, 3], { blockLength: 1, limit: 8 }), ValueError, /16 bytes/],
    ['a misspelt option', () => made([1, 2], { blockLength: 1, strides: 1 }), ValueError, /stride/],
  ])('refuses %s', (_, make, type, message) => {
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});

describe('textDataset', () => {
  const tokenizer = characters('abc ', { padding: true, unknown: 'token' });

  test('makes padded tokens and classes of the rows of a table', async () => {
    const table = await readCsv(utf8('review,label\nab c,pos\nxa,neg\n"a",pos\n'), { name: 'reviews' });
    const data = textDataset(table, { text: 'review', target: 'label', tokenizer, mask: true });
    expect([data.name, data.length, data.classes, ...data.y.data]).toEqual(['reviews', 3, ['neg', 'pos'], 1, 0, 1]);
    expect([data.x.tokens.shape, ...data.x.tokens.data]).toEqual([[3, 4], 3, 4, 2, 5, 1, 3, 0, 0, 3, 0, 0, 0]);
    expect([...data.x.lengths.data]).toEqual([4, 2, 1]);
    expect(data.x.mask.shape).toEqual([3, 4]);
  });

  test('reads JSON lines, leaves out rows without a text, and predicts numbers', async () => {
    const lines = '{"t":"ab","stars":4.5}\n{"t":"","stars":1}\n{"stars":2}\n{"t":"c"}\n{"t":"ca","stars":0.5}\n';
    const table = await readJsonLines(utf8(lines));
    const options = {
      text: 't',
      target: 'stars',
      task: 'regression',
      tokenizer,
      maxLength: 1,
      truncate: 'end',
    } as const;
    const data = textDataset(table, { ...options, missing: 'drop' });
    expect([data.y.dtype, ...data.y.data]).toEqual(['float32', 4.5, 0.5]);
    expect([...data.x.tokens.data]).toEqual([3, 5]);
    expect(() => textDataset(table, options)).toThrow(DataFormatError);
    expect(() => textDataset(table, options)).toThrow(/row 2 .*column "t"/);
  });

  test('has the classes of other data where they are given', async () => {
    const table = await readCsv(utf8('t,l\na,yes\nb,yes\n'));
    const data = textDataset(table, { text: 't', target: 'l', tokenizer, classes: ['no', 'yes'] });
    expect([data.classes, ...data.y.data]).toEqual([['no', 'yes'], 1, 1]);
    const other = (): unknown => textDataset(table, { text: 't', target: 'l', tokenizer, classes: ['no'] });
    expect(other).toThrow(/another class.*"yes"/s);
  });

  test('says what is wrong with columns and options', async () => {
    const table = await readCsv(utf8('t,n,l\na,5,x\nb,6,y\n'));
    const made = (options: object) => () => textDataset(table, { text: 't', target: 'l', tokenizer, ...options });
    expect(made({ text: 'texts' })).toThrow(/"texts".*expected: *t, n, l/s);
    expect(made({ target: 'class' })).toThrow(/no such column/);
    expect(made({ text: 'n' })).toThrow(/holds no text.*types: \{ "n": 'string' \}/s);
    expect(made({ tokenizer: 'characters' })).toThrow(/a tokenizer/);
    expect(made({ missing: 0 })).toThrow(/'error' or 'drop'/);
    expect(made({ max: 3 })).toThrow(/maxLength/);
    expect(made({ tokenizer: characters('a') })).toThrow(/lacks a character/);
    expect(() => textDataset('reviews.csv' as never, {} as never)).toThrow(/await readCsv/);
  });
});

describe('textFolder', () => {
  function reviews(): string {
    const root = folder();
    for (const [path, text] of [
      ['train/pos/10_9.txt', 'good film'],
      ['train/pos/2_8.txt', 'fine'],
      ['train/neg/0_1.txt', 'bad'],
      ['train/neg/notes.md', 'not a review'],
      ['train/unsup/0_0.txt', 'who knows'],
      ['test/neg/0_2.txt', 'schlecht, 差'],
      ['test/pos/0_10.txt', 'gut'],
    ] as const) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return root;
  }

  test('imdb reads both parts of the unpacked archive, without the reviews of no class', async () => {
    const root = reviews();
    const [text, label, path] = (await imdb({ root })).columns;
    expect(text?.data).toEqual(['bad', 'good film', 'fine']);
    expect(label?.data).toEqual(['neg', 'pos', 'pos']);
    expect(Array.from<unknown, string>(path?.data ?? [], (one) => String(one).slice(-6))).toEqual([
      '_1.txt',
      '_9.txt',
      '_8.txt',
    ]);
    const table = await imdb({ root: `${root}/`, train: false });
    const data = textDataset(table, { text: 'text', target: 'label', tokenizer: characters('schlegut, 差') });
    expect([data.classes, ...data.y.data, ...data.x.lengths.data]).toEqual([['neg', 'pos'], 0, 1, 11, 3]);
  });

  test('takes files that were chosen, and all classes', async () => {
    const entries = ['b/1.txt', 'a/2.txt'].map((path) => ({ path, source: utf8(path) }));
    const { columns, length } = await textFolder(entries);
    expect([length, columns[0]?.data, columns[1]?.data]).toEqual([2, ['a/2.txt', 'b/1.txt'], ['a', 'b']]);
  });

  test.each<[string, (root: string) => Promise<unknown>, RegExp]>([
    ['no folder', (root) => imdb({ root: join(root, 'nowhere') }), /cannot be read/],
    ['a folder without classes', (root) => textFolder(join(root, 'train', 'neg')), /the text folder has no classes/],
    [
      'a class without texts',
      (root) => textFolder(join(root, 'test'), { extensions: ['.md'] }),
      /a class has no texts/,
    ],
    ['a class that is not there', (root) => textFolder(join(root, 'test'), { classes: ['unsup'] }), /neg, pos/],
    ['a large text', (root) => textFolder(join(root, 'test'), { fileLimit: 5 }), /too large/],
    ['large texts', (root) => textFolder(join(root, 'test'), { limit: 15 }), /more than 15 bytes, of 2 texts/],
    ['no root', () => imdb({} as never), /the folder aclImdb/],
    ['train of another kind', (root) => imdb({ root, train: 'yes' as never }), /true or false/],
    ['a misspelt option', (root) => imdb({ root, trian: false } as never), /train/],
  ])('refuses %s', async (_, read, message) => {
    expect((await rejection(read(reviews()))).message).toMatch(message);
  });

  test('refuses what is not UTF-8', async () => {
    const latin = [{ path: 'a/1.txt', source: Uint8Array.of(0x61, 0xe9) }];
    expect((await rejection(textFolder(latin))).message).toMatch(/not UTF-8/);
  });
});

test('mobyDick gives its text, which ships inside', async () => {
  const { text, licence } = await mobyDick();
  expect(text.startsWith('CHAPTER 1. Loomings.\n\nCall me Ishmael. Some years ago—never mind')).toBe(true);
  expect([text.length, characters(text).size, licence]).toEqual([405_090, 80, 'public domain (CC0 1.0)']);
});

describe('readTokenizer', () => {
  const added = (id: number, content: string) => ({
    ...{ id, content, special: true },
    ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
  });
  const words = {
    version: '1.0',
    padding: { pad_id: 1, pad_token: '[PAD]' },
    added_tokens: [added(0, '[UNK]'), added(1, '[PAD]'), added(6, '[CLS]')],
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'Whitespace' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [],
      special_tokens: { '[CLS]': { id: '[CLS]', ids: [6], tokens: ['[CLS]'] } },
    },
    model: { type: 'WordLevel', unk_token: '[UNK]', vocab: { '[UNK]': 0, '[PAD]': 1, the: 2, cat: 3, 差: 4, sat: 5 } },
  };
  const json = (value: unknown): Uint8Array => utf8(JSON.stringify(value));

  test('reads words, with special tokens, padding and the unknown', async () => {
    const path = join(folder({ 'tokenizer.json': json(words) }), 'tokenizer.json');
    const made = await readTokenizer(path);
    expect([made.size, made.padding, made.unknown]).toEqual([7, 1, 0]);
    expect([...made.encode('The cat 差 dog')]).toEqual([6, 2, 3, 4, 0]);
    expect(made.decode([2, 3, 1, 1])).toBe('the cat');
    const plain = await readTokenizer(json(words), { specialTokens: false, padding: '[UNK]' });
    expect([...plain.encode('Sat'), plain.padding]).toEqual([5, 0]);
  });

  test('merges pairs of characters', async () => {
    const model = { type: 'BPE', vocab: { a: 0, b: 1, c: 2, ab: 3, abc: 4 }, merges: ['a b', 'ab c'], unk_token: null };
    const made = await readTokenizer(json({ model }));
    expect([...made.encode('abcaba')]).toEqual([4, 3, 0]);
    expect([made.size, made.padding, made.unknown]).toEqual([5, undefined, undefined]);
  });

  test('a word that has no token is an error where there is none for the unknown', async () => {
    const { unk_token: _, ...model } = words.model;
    const made = await readTokenizer(json({ ...words, model, post_processor: null }));
    expect(() => made.encode('the dog')).toThrow(/no token/);
    expect(() => made.encode(5 as never)).toThrow(/a text/);
    expect(() => made.decode([9])).toThrow(/9 at position 0/);
    expect(() => made.decode([0.5])).toThrow(ValueError);
  });

  test.each<[string, unknown, object, new (...all: never[]) => Error, RegExp]>([
    ['what is not JSON', utf8('{'), {}, DataFormatError, /not JSON/],
    ['what is not UTF-8', Uint8Array.of(0xff), {}, DataFormatError, /not JSON/],
    ['a list', json([]), {}, DataFormatError, /describes no tokenizer/],
    ['a vocabulary alone', json({ the: 0 }), {}, DataFormatError, /an object with the/],
    ['a model of no kind', json({ model: {} }), {}, DataFormatError, /unknown type of model/],
    ['an unknown model', json({ model: { type: 'Magic', vocab: { a: 0 } } }), {}, DataFormatError, /Magic.*BPE/s],
    [
      'a vocabulary of texts',
      json({ model: { type: 'WordLevel', vocab: { a: 'b' } } }),
      {},
      DataFormatError,
      /no number|cannot make/,
    ],
    ['an unknown padding', json(words), { padding: '<pad>' }, ValueError, /"<pad>"/],
    ['a large file', json(words), { limit: 10 }, DataFileError, /too large/],
    ['no source', 5, {}, ValueError, /neither a path nor bytes/],
    ['a misspelt option', json(words), { specialToken: true }, ValueError, /specialTokens/],
    ['specialTokens of another kind', json(words), { specialTokens: 1 }, ValueError, /true or false/],
    ['padding of another kind', json(words), { padding: 0 }, ValueError, /its text/],
  ])('refuses %s', async (_, source, options, type, message) => {
    const error = await rejection(readTokenizer(source as Uint8Array, options));
    expect(error, describeValue(error)).toBeInstanceOf(type);
    expect(error.message).toMatch(message);
  });
});
