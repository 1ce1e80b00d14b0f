import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx, importOnnx, loadOnnx } from '@descent/backend-onnx';
import { embedding, initParameters, layer, linear, type Node, relu } from '@descent/core';
import { add, cast, mul, reshape, slice, sum } from '@descent/core/ops';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { descent, readJson } from './helpers.ts';

// Files of transformers take the tokens of a text and say which of them count. Real ones are read by the tests of backend-onnx; these are small.

interface Tokens extends Readonly<Record<string, Node>> {
  readonly input_ids: Node;
  readonly attention_mask: Node;
}
const WORDS = ['good', 'fine', 'great', 'bad', 'poor', 'dull', 'film', 'a', 'the', 'cast'];
const VOCABULARY = ['[PAD]', '[UNK]', '[CLS]', ...WORDS];
const TOKENS = { shape: ['sequence'], dtype: 'int32' } as const;

const parts = { embed: embedding(VOCABULARY.length, 8), dense: linear(8, 8), act: relu() };
const encoder = layer('encoder', parts, ({ input_ids, attention_mask }: Tokens, { embed, dense, act }) => {
  const [batch, time] = input_ids.type.shape as readonly [number, number];
  const seen = mul(embed(input_ids), reshape(cast(attention_mask, 'float32'), [batch, time, 1]));
  return act(dense(add(seen, sum(seen, { axes: [1], keepDims: true }))));
});
const classifier = layer('classifier', { encoder, fc: linear(8, 5) }, (x: Tokens, { encoder: body, fc }) => {
  const states = body(x);
  const [batch] = states.type.shape as readonly [number];
  return fc(reshape(slice(states, { axis: 1, end: 1 }), [batch, 8]));
});
const tokenizer = {
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'Whitespace' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [],
    special_tokens: { '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] } },
  },
  model: {
    type: 'WordLevel',
    unk_token: '[UNK]',
    vocab: Object.fromEntries(VOCABULARY.map((token, id) => [token, id])),
  },
};
let root: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'descent-finetune-texts-'));
  mkdirSync(join(root, 'net'));
  for (const [name, model] of [
    ['encoder', encoder],
    ['classifier', classifier],
  ] as const) {
    const { bytes } = await exportOnnx(model, {
      parameters: initParameters(model, 1),
      sample: { input_ids: TOKENS, attention_mask: TOKENS },
    });
    writeFileSync(join(root, 'net', `${name}.onnx`), bytes);
  }
  writeFileSync(join(root, 'net', 'tokenizer.json'), JSON.stringify(tokenizer));
  const rows = Array.from({ length: 60 }, (_, i) => {
    const word = WORDS[i % 6] as string;
    return `${i % 4 === 0 ? `the cast a ${word}` : `a ${word} film`},${i % 6 < 3 ? 'praise' : 'blame'}`;
  });
  const table = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(root, name), ['review,opinion', ...lines].join('\n'));
  table('reviews.csv', rows);
  table(
    'alike.csv',
    rows.map((row) => row.replace('blame', 'praise')),
  );
  table(
    'each.csv',
    rows.slice(0, 8).map((row, i) => `${row}${i}`),
  );
  writeFileSync(join(root, 'nothing.csv'), '');
  // A word with a token behind those of the network, which occurs; and one that does not.
  const { model } = tokenizer;
  for (const [name, more] of [
    ['other.json', { film: 400 }],
    ['larger.json', { sequel: 400 }],
  ] as const)
    writeFileSync(
      join(root, 'net', name),
      JSON.stringify({ ...tokenizer, model: { ...model, vocab: { ...model.vocab, ...more } } }),
    );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const finetune = (file: string, ...more: readonly string[]) =>
  descent(
    root,
    ...['finetune', join('net', file), '--data', 'reviews.csv', '--text', 'review', '--label', 'opinion'],
    ...['--backend', 'onnx:cpu', '--epochs', '20', '--lr', '0.03', '--batch', '16', '--length', '6'],
    ...more,
  );

test.each([
  ['classifier.onnx', 'fc: 5 classes become 2: blame, praise', []],
  [
    'encoder.onnx',
    'head: linear(8 → 2) behind the mean of the tokens, for 2 classes: blame, praise',
    ['--pool', 'mean'],
  ],
] as const)('descent finetune teaches %s classes of texts, and writes it back', async (file, change, more) => {
  const run = `run-${file}`;
  const { code, out, err } = await finetune(file, '--out', run, ...more);
  expect([code, err]).toEqual([0, '']);
  expect(out.split('\n')[0]).toBe(change);
  expect(out).toMatch(/finetuned\.onnx: .*, as input_ids, attention_mask → \w+; differs from the network by/);
  expect(readJson(root, run, 'config.json')).toMatchObject({
    data: {
      maxLength: 6,
      padding: 'attention',
      truncate: 'end',
      tokenizer: { file: join(root, 'net', 'tokenizer.json') },
    },
  });
  const asked = await descent(root, 'predict', run, '--text', 'a great film', '--json');
  expect([asked.code, asked.err]).toEqual([0, '']);
  // The file that was written back takes any number of tokens, as that which was given.
  const written = readFileSync(join(root, run, 'finetuned.onnx'));
  const answers = await loadOnnx(written);
  expect(answers.labels).toEqual(['blame', 'praise']);
  const said = await answers.run({
    input_ids: { dtype: 'int32', shape: [2, 4], data: Int32Array.of(2, 10, 5, 9, 2, 10, 7, 9) },
    attention_mask: { dtype: 'int32', shape: [2, 4], data: new Int32Array(8).fill(1) },
  });
  answers.dispose();
  const [logits] = Object.values(said);
  const [a = 0, b = 0, c = 0, d = 0] = logits?.data ?? [];
  expect([logits?.shape, b > a, c > d]).toEqual([[2, 2], true, true]);
  const before = await importOnnx(readFileSync(join(root, 'net', file)));
  const names = (await importOnnx(written)).model.parameters.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(before.model.parameters.map(({ name }) => name)));
});

test('a tokenizer with more tokens than the network will do, where none of them occurs', async () => {
  const more = ['--tokenizer', join('net', 'larger.json'), '--epochs', '1', '--out', 'run-larger', '--quiet'];
  const { code, err } = await finetune('classifier.onnx', ...more);
  expect([code, err]).toEqual([0, '']);
});

test.each([
  [
    'the options of pictures',
    'classifier.onnx',
    ['--normalize', 'unit'],
    /--normalize is for networks that take pictures/,
  ],
  [
    'a way to pool where there is a head',
    'classifier.onnx',
    ['--pool', 'mean'],
    /--pool is for files that end without a head/,
  ],
  ['a column that is not there', 'classifier.onnx', ['--text', 'nope'], /no such column(.|\n)*review, opinion/],
  ['a tokenizer that is not there', 'classifier.onnx', ['--tokenizer', 'nope.json'], /nope\.json/],
  ['one column for both', 'classifier.onnx', ['--label', 'review'], /one column(.|\n)*--text review --label review/],
  ['no room for a text', 'classifier.onnx', ['--length', '1'], /nothing of a text would be left(.|\n)*at least 2/],
  [
    'the tokenizer of another network',
    'classifier.onnx',
    ['--tokenizer', join('net', 'other.json')],
    /no row for a token of the texts(.|\n)*token 400 \("film"\)/,
  ],
  ['texts of one class', 'classifier.onnx', ['--data', 'alike.csv'], /all texts are of one class(.|\n)*praise/],
  [
    'a class for each text',
    'classifier.onnx',
    ['--data', 'each.csv'],
    /0 to validate(.|\n)*several items of each class/,
  ],
  ['an empty file', 'classifier.onnx', ['--data', 'nothing.csv'], /no such column(.|\n)*this one is empty/],
] as const)('%s are refused', async (_, file, more, message) => {
  const { code, err } = await finetune(file, ...more);
  expect(code).not.toBe(0);
  expect(err).toMatch(message);
});
