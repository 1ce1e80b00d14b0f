import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  characters,
  paddedInputs,
  parseTextPreparation,
  pictureTable,
  prepareTexts,
  sequenceDataset,
  type TextPreparation,
  tableOf,
  writePng,
} from '../src/public/index.ts';
import { tokenizerOf } from '../src/public/tokenizers.ts';

const PREPARATION: TextPreparation = {
  format: 'descent.text.1',
  tokens: { kind: 'characters', characters: ['a', 'b', 'c'], padding: true, unknown: 'token' },
  length: 4,
  truncate: 'error',
  padding: 'token',
  column: 'text',
};

describe('texts by their preparation', () => {
  test('are filled up to its length, and given as the network takes them', async () => {
    const tokenizer = await tokenizerOf(PREPARATION);
    expect(prepareTexts(PREPARATION, tokenizer, ['ab', 'cabX'])).toEqual({
      dtype: 'int32',
      shape: [2, 4],
      data: Int32Array.of(2, 3, 0, 0, 4, 2, 3, 1),
    });
    const lengths = prepareTexts({ ...PREPARATION, padding: 'lengths' }, tokenizer, ['ab', 'cab']);
    expect(lengths).toMatchObject({ x: { shape: [2, 4] }, lengths: { data: Int32Array.of(2, 3) } });
    const attention = prepareTexts({ ...PREPARATION, padding: 'attention' }, tokenizer, ['ab', 'cab']);
    const counts = { dtype: 'int32', shape: [2, PREPARATION.length], data: Int32Array.of(1, 1, 0, 0, 1, 1, 1, 0) };
    const whole = (lengths as { readonly x: unknown }).x;
    expect(attention).toEqual({ input_ids: whole, attention_mask: counts });
    expect(prepareTexts({ ...PREPARATION, padding: 'segments' }, tokenizer, ['ab', 'cab'])).toEqual({
      input_ids: whole,
      attention_mask: counts,
      token_type_ids: { ...counts, data: new Int32Array(8) },
    });
    const mask = prepareTexts({ ...PREPARATION, padding: 'mask' }, tokenizer, ['ab']);
    expect(mask).toMatchObject({ srcKeyPaddingMask: { dtype: 'bool', data: Uint8Array.of(0, 0, 1, 1) } });
  });

  test('are cut at the end that is said, or refused', async () => {
    const tokenizer = await tokenizerOf(PREPARATION);
    const cut = (truncate: 'end' | 'start') => prepareTexts({ ...PREPARATION, truncate }, tokenizer, ['abcab']);
    expect(cut('end')).toMatchObject({ data: Int32Array.of(2, 3, 4, 2) });
    expect(cut('start')).toMatchObject({ data: Int32Array.of(3, 4, 2, 3) });
    expect(() => prepareTexts(PREPARATION, tokenizer, ['abcab'])).toThrow(/longer than maxLength/);
    expect(() => prepareTexts(PREPARATION, tokenizer, [''])).toThrow(/empty|no entry|without/i);
    expect(() => prepareTexts(PREPARATION, tokenizer, 'ab' as never)).toThrow(/list of texts/);
  });

  test('of windows have no padding, and a tokenizer may have no such token', () => {
    const plain = characters('abc');
    const x = sequenceDataset([plain.encode('ab')], [0]).x as never;
    expect(() => paddedInputs({ ...PREPARATION, padding: 'none' }, plain, x)).toThrow(
      /windows of a text have no padding/,
    );
    expect(() => paddedInputs(PREPARATION, plain, x)).toThrow(/no token of padding/);
  });

  test.each([
    [{ format: 'descent.table.1' }, /no preparation of texts/],
    [{ length: 0 }, /length/],
    [{ truncate: 'middle' }, /truncate/],
    [{ padding: 'zeros' }, /padding/],
    [{ column: 3 }, /column/],
    [{ tokens: { kind: 'words' } }, /tokens\.kind/],
    [{ tokens: { ...PREPARATION.tokens, characters: ['a', 'a'] } }, /tokens\.characters/],
    [{ tokens: { ...PREPARATION.tokens, characters: ['ab'] } }, /tokens\.characters/],
    [{ tokens: { ...PREPARATION.tokens, unknown: 'skip' } }, /tokens\.unknown/],
    [{ tokens: { kind: 'file', json: 3, specialTokens: true, padding: null } }, /tokens\.json/],
    [{ tokens: { kind: 'file', json: '{}', specialTokens: 1, padding: null } }, /tokens\.specialTokens/],
  ])('that says %j is refused', (change, message) => {
    expect(() => parseTextPreparation(JSON.stringify({ ...PREPARATION, ...change }))).toThrow(message);
  });

  test('keep exactly what JSON has', () => {
    expect(parseTextPreparation(JSON.stringify(PREPARATION))).toEqual(PREPARATION);
    expect(() => parseTextPreparation('{')).toThrow(/no JSON/);
  });
});

describe('pictures that a table names', () => {
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'descent-pictures-'));
    for (const i of [0, 1, 2])
      await writePng(join(folder, `${i}.png`), { dtype: 'uint8', shape: [2, 2], data: new Uint8Array(4).fill(10 * i) });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const ROWS = [
    { file: '2.png', kind: 'b', size: 1.5, tags: 'x;y' },
    { file: './0.png', kind: 'a', size: 2, tags: ';' },
  ];

  test('come in the order of the rows, with a class, numbers or labels', async () => {
    const classes = await pictureTable(folder, tableOf(ROWS), { target: 'kind' });
    expect([classes.classes, [...classes.y.data], [...classes.x.data]]).toEqual([
      ['a', 'b'],
      [1, 0],
      [20, 20, 20, 20, 0, 0, 0, 0],
    ]);
    const numbers = await pictureTable(folder, tableOf(ROWS), { target: 'size', task: 'regression' });
    expect(numbers.y).toEqual({ dtype: 'float32', shape: [2, 1], data: Float32Array.of(1.5, 2) });
    const labels = await pictureTable(folder, tableOf(ROWS), { target: 'tags', task: 'multi-label', separator: ';' });
    expect([labels.classes, [...labels.y.data]]).toEqual([
      ['x', 'y'],
      [1, 1, 0, 0],
    ]);
    const known = await pictureTable(folder, tableOf(ROWS), { target: 'kind', classes: ['z', 'b', 'a'] });
    expect([...known.y.data]).toEqual([1, 2]);
  });

  test.each([
    [{ target: 'kid' }, /did you mean 'kind'/],
    [{ target: 'kind', file: 'path' }, /no such column/],
    [{ target: 'kind', classes: ['a'] }, /not among those/],
    [{ target: 'size', task: 'regression', classes: ['a'] }, /classes are not those of the target/],
    [{ target: 'kind', widht: 3 }, /no option 'widht'/],
  ])('%j is refused', async (options, message) => {
    await expect(pictureTable(folder, tableOf(ROWS), options as never)).rejects.toThrow(message);
  });

  test('must be there', async () => {
    await expect(pictureTable(folder, tableOf([{ file: '../x.png', kind: 'a' }]), { target: 'kind' })).rejects.toThrow(
      /a picture is not there/,
    );
    await expect(
      pictureTable(
        folder,
        tableOf([
          { file: null, kind: 'a' },
          { file: '0.png', kind: 'b' },
        ] as never),
        { target: 'kind' },
      ),
    ).rejects.toThrow(/a value is missing/);
  });
});
