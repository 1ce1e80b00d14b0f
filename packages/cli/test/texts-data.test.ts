import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadOnnx } from '@descent/backend-onnx';
import type { NDArray } from '@descent/core';
import { parseTextPreparation, prepareTexts } from '@descent/datasets';
import { tokenizerOf } from '@descent/datasets/tokenizers';
import { describe, expect, test } from 'vitest';
import type { LoadedSet } from '../src/config/data.ts';
import { config, problem, source } from './data-helpers.ts';
import { descent, folder, readJson } from './helpers.ts';

const WORDS = ['good', 'fine', 'great'];
/** 60 short reviews, of which the first word tells the class. */
const REVIEWS = Array.from({ length: 60 }, (_, i) => ({
  text: i % 2 === 0 ? `${WORDS[i % 3]} film ${'no. '.repeat(i % 4)}` : `bad film, ${i}`,
  label: i % 2 === 0 ? 'pos' : 'neg',
}));
const CSV = ['text,label', ...REVIEWS.map(({ text, label }) => `"${text}",${label}`)].join('\n');
const FILES = { 'reviews.csv': `${CSV}\n` };
const TEXTS = { texts: 'reviews.csv', text: 'text', target: 'label', maxLength: 24, test: 0.2 };

const BAG = [
  ['embeddingBag', 40, 8, { paddingIdx: 0 }],
  ['linear', 8, 2],
];
const GRU = [
  ['branches', { x: ['embedding', 40, 8], lengths: 'identity' }],
  ['gru', 8, 12, { return: 'last' }],
  ['linear', 12, 2],
];

describe('texts with classes', () => {
  test('are padded tokens of the characters to train on', async () => {
    const { data } = await source(TEXTS, FILES);
    const { train, test: held, text } = await data.load();
    expect(data.sample).toEqual({ shape: [24], dtype: 'int32' });
    expect([train.length, held?.length, train.classes]).toEqual([48, 12, ['neg', 'pos']]);
    const preparation = parseTextPreparation(JSON.stringify(text));
    const tokenizer = await tokenizerOf(preparation);
    const rows = train.x as NDArray;
    const first = tokenizer.decode(rows.data.slice(0, 24));
    expect(REVIEWS.map((review) => review.text)).toContain(first);
    expect(prepareTexts(preparation, tokenizer, [first])).toEqual({
      ...rows,
      shape: [1, 24],
      data: rows.data.slice(0, 24),
    });
    expect(data.notes?.[0]).toBe(
      `${tokenizer.size} tokens by characters: ["embedding", ${tokenizer.size}, 32, { "paddingIdx": 0 }] takes them`,
    );
  });

  test('are trained end to end, and the file holds what made tokens of them', async () => {
    const root = folder({
      ...FILES,
      'a.json': config(TEXTS, {
        model: BAG,
        epochs: 30,
        optimizer: ['adam', { lr: 0.05 }],
        backend: 'onnx:cpu',
        batchSize: 8,
      }),
    });
    const { code, err, out } = await descent(root, 'train', 'a.json', '--out', 'run');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/tokens by characters/);
    const file = await loadOnnx(join(root, 'run', 'model.onnx'));
    expect(file.labels).toEqual(['neg', 'pos']);
    const preparation = parseTextPreparation(file.metadata?.['text']);
    const x = prepareTexts(preparation, await tokenizerOf(preparation), ['great film', 'bad film, 1', 'bäd ☃ film, 3']);
    const answers = await file.topK(x as NDArray, 1);
    expect(answers.map(([best]) => best?.label)).toEqual(['pos', 'neg', 'neg']);
    file.dispose();
    expect(readJson(root, 'run', 'run.json')).toMatchObject({ text: { format: 'descent.text.1', length: 24 } });
    // Tokens of other texts would be other numbers for the same characters.
    writeFileSync(join(root, 'few.csv'), CSV.split('\n').slice(0, 3).join('\n'));
    const few = JSON.stringify({ ...TEXTS, texts: 'few.csv', test: undefined });
    for (const [argv, said] of [
      [[few, '--set', 'train'], /these texts would be prepared in another way/],
      [['few.csv', '--set', 'train'], /no train part/],
      [['few.csv', '--x', 'a'], /--x has no effect here/],
    ] as const) {
      const refused = await descent(root, 'evaluate', 'run', '--data', ...argv);
      expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(said)]);
    }
    expect((await descent(root, 'evaluate', 'run', '--data', JSON.stringify(TEXTS))).code).toBe(0);
    // A file of texts gets the tokens of the run and the numbers of its classes; an ONNX file has to be told the column.
    const praise = CSV.split('\n').filter((line, i) => i === 0 || line.endsWith('pos'));
    writeFileSync(join(root, 'praise.csv'), praise.join('\n'));
    for (const argv of [['run'], ['run/model.onnx', '--target', 'label']]) {
      const said = await descent(root, 'evaluate', ...argv, '--data', 'praise.csv', '--json');
      expect([said.code, said.err]).toEqual([0, '']);
      expect(JSON.parse(said.out)).toMatchObject({
        samples: 30,
        confusion: [
          [0, 0],
          [0, 30],
        ],
        metrics: { accuracy: 1 },
      });
    }
    expect((await descent(root, 'evaluate', 'run/model.onnx', '--data', TEXTS.texts)).err).toMatch(/--target <column>/);
  });

  test('with lengths go to a recurrent layer in buckets', async () => {
    const data = { ...TEXTS, padding: 'lengths', buckets: [12, 16], truncate: 'end' };
    const root = folder({ ...FILES, 'a.json': config(data, { model: GRU, epochs: 2, batchSize: 8 }) });
    const { code, err } = await descent(root, 'train', 'a.json', '--out', 'run');
    expect([code, err]).toEqual([0, '']);
    const { inputs } = await loadOnnx(join(root, 'run', 'model.onnx'));
    expect(inputs.map(({ name, shape }) => [name, shape.slice(1)])).toEqual([
      ['x', [24]],
      ['lengths', []],
    ]);
  });

  test('with a mask go to an encoder', async () => {
    const { data } = await source({ ...TEXTS, padding: 'mask' }, FILES);
    const { train } = await data.load();
    const { src, srcKeyPaddingMask } = train.x as Readonly<Record<string, NDArray>>;
    const row = Array.from((src as NDArray).data.slice(0, 24));
    expect(Array.from((srcKeyPaddingMask as NDArray).data.slice(0, 24))).toEqual(
      row.map((token) => (token === 0 ? 1 : 0)),
    );
  });

  test('may lie in a folder a class, and in that of the film reviews', async () => {
    const root = folder();
    for (const part of ['train', 'test']) {
      for (const label of ['neg', 'pos', ...(part === 'train' ? ['unsup'] : [])]) {
        mkdirSync(join(root, 'aclImdb', part, label), { recursive: true });
        for (const i of [0, 1, 2]) writeFileSync(join(root, 'aclImdb', part, label, `${i}.txt`), `${label} ${i}`);
      }
    }
    writeFileSync(join(root, 'a.json'), config({ imdb: 'aclImdb', maxLength: 10 }, { model: BAG, epochs: 1 }));
    const { code, out, err } = await descent(root, 'train', 'a.json', '--out', 'run');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('train: 6 to train, 6 to test');
    writeFileSync(join(root, 'b.json'), config({ texts: 'aclImdb/train', maxLength: 10 }, { model: BAG }));
    const summary = await descent(root, 'summary', 'b.json');
    expect([summary.code, summary.err]).toEqual([0, '']);
  });

  test('of JSON lines, with numbers to predict', async () => {
    const lines = REVIEWS.map(({ text }, i) => JSON.stringify({ text, stars: 1 + (i % 5) })).join('\n');
    const { data } = await source(
      { ...TEXTS, texts: 'a.jsonl', target: 'stars', task: 'regression' },
      { 'a.jsonl': lines },
    );
    const { train } = await data.load();
    expect([train.y, train.classes]).toMatchObject([{ dtype: 'float32', shape: [48, 1] }, []]);
  });
});

describe('what is wrong is said', () => {
  test.each([
    [{ maxlength: 3 }, /data\.maxlength: unknown key; did you mean 'maxLength'\?/],
    [{ maxLength: 0 }, /data\.maxLength: received 0, expected a whole number of at least 1/],
    [{ maxLength: 8 }, /items are longer than maxLength/],
    [{ tokenizer: 'charakters' }, /data\.tokenizer: received "charakters".*did you mean 'characters'/],
    [{ tokenizer: { file: 'no.json' } }, /there is no such file/],
    [{ tokenizer: { flie: 'no.json' } }, /data\.tokenizer\.flie: unknown key; did you mean 'file'/],
    [{ text: 'texts' }, /there is no such column; did you mean 'text'\?/],
    [{ target: undefined }, /data\.target/],
    [{ padding: 'length' }, /did you mean 'lengths'/],
    [{ buckets: [12] }, /buckets cut batches/],
    [{ padding: 'lengths', buckets: [99] }, /a bucket is longer than the texts/],
  ])('%j', async (more, message) => {
    const { code, err } = await problem({ ...TEXTS, ...more }, FILES);
    expect(err).toMatch(message);
    expect(code).toBeGreaterThan(0);
  });
});

describe('a text to go on with', () => {
  const TEXT = 'the cat sat on the mat. '.repeat(60);
  const CORPUS = { corpus: 'a.txt', blockLength: 16, test: 0.1 };
  const MODEL = [
    ['embedding', 15, 16],
    ['gru', 16, 32],
    ['linear', 32, 15],
  ];

  test('is windows; what is held out is its end', async () => {
    const { data } = await source(CORPUS, { 'a.txt': TEXT });
    const { train, validation, test: held, text } = await data.load({}, { share: 0.25, seed: 3 });
    const shown = held as LoadedSet;
    const { size } = await tokenizerOf(parseTextPreparation(text));
    expect([size, train.x, train.y]).toMatchObject([11, { shape: [60, 16] }, { shape: [60, 16] }]);
    expect([validation?.length, held?.length]).toEqual([20, 8]);
    const last = TEXT.slice(Math.round(0.9 * TEXT.length));
    const tokenizer = await tokenizerOf(parseTextPreparation(text));
    expect(tokenizer.decode((shown.x as NDArray).data.slice(0, 16))).toBe(last.slice(0, 16));
    expect(tokenizer.decode((shown.y as NDArray).data.slice(0, 16))).toBe(last.slice(1, 17));
  });

  test('is learned, with perplexity', async () => {
    const more = {
      model: MODEL,
      epochs: 15,
      optimizer: ['adam', { lr: 0.02 }],
      backend: 'onnx:cpu',
      batchSize: 16,
      validation: 0.1,
    };
    const root = folder({ 'a.txt': TEXT, 'a.json': config(CORPUS, more) });
    const { code, err, out } = await descent(root, 'train', 'a.json', '--out', 'run');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/perplexity/);
    const file = await loadOnnx(join(root, 'run', 'model.onnx'));
    expect(parseTextPreparation(file.metadata?.['text']).padding).toBe('none');
    file.dispose();
  });

  test('ships with the data sets', async () => {
    const { data } = await source({ corpus: 'moby-dick', blockLength: 64 });
    expect((await data.load()).train).toMatchObject({ name: 'moby-dick', licence: 'public domain (CC0 1.0)' });
  });

  test('is no folder, nor too short, nor of another form', async () => {
    expect((await problem({ ...CORPUS, corpus: '.' })).err).toMatch(/a folder/);
    expect((await problem({ ...CORPUS, blockLength: 5000 }, { 'a.txt': TEXT })).err).toMatch(/shorter than one window/);
    expect((await problem(CORPUS, { 'a.txt': new Uint8Array([0xff, 0x41]) })).err).toMatch(/not UTF-8/);
    expect((await problem({ ...CORPUS, blocklength: 3 }, { 'a.txt': TEXT })).err).toMatch(/did you mean 'blockLength'/);
  });
});
