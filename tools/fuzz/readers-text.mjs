import { DescentError } from '@descent/core';
import { readTokenizer } from '@descent/datasets/tokenizers';

const text = (/** @type {string} */ s) => new TextEncoder().encode(s);

const special = (/** @type {number} */ id, /** @type {string} */ content) => ({
  ...{ id, content, special: true },
  ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
});

const FILES = [
  {
    version: '1.0',
    padding: { pad_id: 1, pad_token: '[PAD]' },
    added_tokens: [special(0, '[UNK]'), special(1, '[PAD]')],
    normalizer: { type: 'BertNormalizer', lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: { '[UNK]': 0, '[PAD]': 1, the: 2, ca: 3, '##t': 4 },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  },
  {
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
    model: { type: 'BPE', vocab: { t: 0, h: 1, e: 2, th: 3, the: 4, Ġ: 5 }, merges: ['t h', 'th e'] },
    decoder: { type: 'ByteLevel' },
  },
  {
    pre_tokenizer: { type: 'Whitespace' },
    model: { type: 'WordLevel', unk_token: '?', vocab: { '?': 0, the: 1, cat: 2 } },
  },
  {
    model: {
      type: 'Unigram',
      unk_id: 0,
      vocab: [
        ['?', 0],
        ['the', -1.5],
        ['cat', -2],
      ],
    },
  },
].map((file) => text(JSON.stringify(file)));

/** @type {readonly import('./readers.mjs').Reader[]} */
export const textReaders = [
  {
    name: 'tokenizer',
    seeds: async () => FILES.map((bytes) => ({ bytes })),
    words: [
      ...['{', '}', '[', ']', '"', ',', ':', 'null', 'true', '-1', '1e400', '0.5', '[[[[[[[['],
      ...['"type":', '"BPE"', '"Unigram"', '"WordPiece"', '"WordLevel"', '"vocab":', '"merges":', '"__proto__":'],
      ...['"Split"', '"Sequence"', '"Regex"', '"Replace"', '"Precompiled"', '"TemplateProcessing"', '\\ud800'],
    ],
    async read(bytes) {
      const tokenizer = await readTokenizer(bytes);
      const tokens = attempt(() => tokenizer.encode('the cat, 差'));
      return tokens && attempt(() => tokenizer.decode(tokens));
    },
  },
];

/**
 * What `make` gives; nothing where it throws an error of Descent.
 *
 * @template T
 * @param {() => T} make
 * @returns {T | undefined}
 */
function attempt(make) {
  try {
    return make();
  } catch (error) {
    if (error instanceof DescentError) return undefined;
    throw error;
  }
}
