import { createHash } from 'node:crypto';
import { type ReportInput, renderReport } from '@descent/runs';
import { describe, expect, test } from 'vitest';
import { all, attribute, cells, type Element, elements, number, one, parsePage, text } from './page-tree.ts';
import { EVALUATION, EVIL, INPUT } from './report-input.ts';

const page = renderReport(INPUT);
const { root, errors } = parsePage(page);
const section = (id: string) => one(root, `#${id}`);

describe('the page', () => {
  test('is HTML without an error', () => {
    expect(errors).toEqual([]);
    expect(all(root, 'h1')).toHaveLength(1);
    expect(page.startsWith('<!doctype html>')).toBe(true);
  });

  test('has a link to each of its sections', () => {
    const ids = elements(root).flatMap((e) => attribute(e, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const links = all(one(root, 'nav'), 'a').map((a) => attribute(a, 'href'));
    expect(links).toEqual(all(root, 'section').map((s) => `#${attribute(s, 'id')}`));
    expect(links).toHaveLength(10);
  });

  test('depends on nothing but its input', () => {
    expect(renderReport(JSON.parse(JSON.stringify(INPUT)) as ReportInput)).toBe(page);
  });

  test('loads nothing and runs nothing', () => {
    const tags = new Set(elements(root).map((e) => e.tagName));
    for (const tag of ['script', 'iframe', 'object', 'embed', 'base', 'form', 'use', 'image', 'foreignObject']) {
      expect(tags).not.toContain(tag);
    }
    for (const element of elements(root)) {
      for (const { name, value } of element.attrs) {
        expect(name).not.toMatch(/^on|^style$|^srcset$|^xlink/);
        if (name === 'src') expect(value).toMatch(/^data:image\/(?:png|svg\+xml);base64,/);
        if (name === 'href' && element.tagName === 'link') expect(value).toBe('data:,');
        if (name === 'href' && element.tagName === 'a') expect(value).toMatch(/^#\w+$|^https:\/\/example\.org\//);
      }
    }
    expect(text(one(root, 'style'))).not.toMatch(/url\(|@import|https?:/);
  });

  test('forbids the browser everything else, and allows just this style', () => {
    const policy = all(root, 'meta').find((m) => attribute(m, 'http-equiv') === 'Content-Security-Policy');
    const hash = createHash('sha256')
      .update(text(one(root, 'style')))
      .digest('base64');
    expect(policy && attribute(policy, 'content')?.split('; ')).toEqual([
      "default-src 'none'",
      'img-src data:',
      `style-src 'sha256-${hash}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    // A policy counts for what comes after it.
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
  });

  test('shows text as it is, wherever it comes from', () => {
    expect(text(one(root, 'h1'))).toBe(INPUT.title);
    expect(text(one(one(root, 'head'), 'title'))).toBe(INPUT.title);
    expect(text(one(root, '.lead'))).toContain(`told to by ${EVIL}`);
    expect(text(section('findings'))).toContain(`The loss rose ${EVIL}.`);
    expect(text(section('findings'))).toContain(`Stop earlier ${EVIL}.`);
    expect(text(section('findings'))).toContain(`descent predict ${EVIL}`);
    expect(text(section('mistakes'))).toContain(`cat taken for ${EVIL}`);
    expect(text(section('data'))).toContain(`CC0 ${EVIL}`);
    expect(text(section('conditions'))).toContain(`sgd ${EVIL}`);
    expect(text(section('conditions'))).toContain(`fast ${EVIL}`);
    expect(text(section('conditions'))).toContain(`Chip ${EVIL}`);
    expect(text(section('checkpoints'))).toContain(`step ${EVIL}`);
    expect(text(one(section('config'), 'code'))).toBe(INPUT.config?.text);
    const alt = attribute(one(section('mistakes'), 'img'), 'alt');
    expect(alt).toBe(`Sample 41: cat, taken for ${EVIL}`);
    const titles = all(section('confusion'), 'title').map(text);
    expect(titles).toContain(EVIL);
  });

  test('shows characters that HTML forbids as such', () => {
    const { root: other, errors: found } = parsePage(renderReport({ ...INPUT, title: 'a\0b\u0007c\u0085d\te' }));
    expect(found).toEqual([]);
    expect(text(one(other, 'h1'))).toBe('a\ufffdb\ufffdc\ufffdd\te');
  });

  test('makes links of web addresses alone', () => {
    const links = all(section('data'), 'a').map((a) => attribute(a, 'href'));
    expect(links).toEqual(['https://example.org/data?a=1&b="2"']);
    expect(text(section('data'))).toContain('javascript:alert(1)');
  });
});

describe('the numbers', () => {
  test('of the head', () => {
    const tiles = all(one(root, '.tiles'), 'div').map(text);
    // The best accuracy is 0.875, of epoch 2; 3,725 s are 1 h 2 min 5 s.
    expect(tiles).toEqual([
      'Validation accuracy81.25\u202f%highest 87.50\u202f%',
      'Validation loss1.0000',
      'Duration1 h 2 minfrom 2025-03-04 05:06 UTC',
      'Epochs3best: 2',
      'Parameters2,4033 layers',
    ]);
    expect(text(one(root, '.lead'))).toContain(
      'Trained for 3 epochs in 1 h 2 min on onnx:cpu. The best validation accuracy',
    );
  });

  test('of the epochs', () => {
    const [head, ...rows] = cells(one(section('course'), 'table'));
    const names = ['train loss', 'train accuracy', 'validation loss', 'validation accuracy'];
    expect(head).toEqual(['epoch', ...names, 'seconds']);
    expect(rows.map((row) => row.map(number))).toEqual(
      INPUT.history.map((r) => [
        r.epoch,
        r.train.loss,
        r.train.accuracy,
        r.validation?.loss,
        r.validation?.accuracy,
        r.seconds,
      ]),
    );
  });

  test('of the classes', () => {
    const rows = cells(one(section('classes'), 'table')).slice(1);
    const { classes, scores, averages, samples } = EVALUATION;
    const shown = (s: { precision: number; recall: number; f1: number }) => [s.precision, s.recall, s.f1];
    expect(rows.map(([name]) => name)).toEqual([...classes, 'macro average', 'weighted average']);
    const expected = [
      ...scores.map((s) => [...shown(s), s.support]),
      [...shown(averages.macro), samples],
      [...shown(averages.weighted), samples],
    ];
    for (const [r, row] of expected.entries()) {
      for (const [c, value] of row.entries()) expect(number(rows[r]?.[c + 1])).toBeCloseTo(value, 4);
    }
  });

  test('of the confusion matrix: every count, and none where there is none', () => {
    const groups = all(all(section('confusion'), 'g.cells')[0] as Element, 'g');
    expect(groups.map((g) => number(text(one(g, 'text'))))).toEqual([7, 1, 2, 1500, 3, 4, 5]);
    expect(groups.map((g) => attribute(g, 'class')?.split(' ')[0])).toEqual([
      'right',
      'wrong',
      'wrong',
      'right',
      'wrong',
      'wrong',
      'right',
    ]);
    // 2 of 1,505; the colour is the root of the share.
    expect(text(one(groups[2] as Element, 'title'))).toBe(`true ${EVIL}, predicted cat: 2 of 1,505 (0.1\u202f%)`);
    expect(number(attribute(one(groups[5] as Element, 'rect'), 'fill-opacity'))).toBeCloseTo(Math.sqrt(4 / 9), 3);
    const [, ...pairs] = cells(one(section('confusion'), 'table'));
    expect(pairs.map((row) => number(row[2]))).toEqual([4, 3, 2, 1]);
  });

  test('of the mistakes', () => {
    const cards = all(section('mistakes'), 'figure').map(text);
    expect(cards).toEqual([
      `cat taken for ${EVIL}98.7\u202f% sure`,
      `sample 1,207${EVIL} taken for a very long name of a class50.0\u202f% sure`,
    ]);
    expect(attribute(one(section('mistakes'), 'img'), 'src')).toBe(EVALUATION.mistakes[0]?.image);
  });

  test('of the parameters', () => {
    const [, ...rows] = cells(one(section('network'), 'table'));
    // 4·300 + 300, nothing, 300·3 + 3.
    expect(rows).toEqual([
      ['0', 'linear(4 → 300)', '300', '1,200', '300', '1,500'],
      ['1', 'relu', '300', '', '', ''],
      ['2', 'linear(300 → 3)', '3', '900', '3', '903'],
      ['total', '', '', '2,100', '303', '2,403'],
    ]);
  });

  test('of the network: its picture is an image, which runs nothing', () => {
    const [, data = ''] =
      /^data:image\/svg\+xml;base64,([\w+/=]+)$/.exec(attribute(one(section('network'), 'img'), 'src') ?? '') ?? [];
    expect(Buffer.from(data, 'base64').toString('utf8')).toBe(INPUT.picture);
    expect(INPUT.picture).toContain('300');
  });

  test('of data sets, checkpoints and the machine', () => {
    const [, train, other] = cells(one(section('data'), 'table'));
    expect(train).toEqual([
      'train',
      `Set ${EVIL}`,
      '12,345',
      'float32 [4]',
      `CC0 ${EVIL}`,
      'https://example.org/data?a=1&b="2"',
      'ab'.repeat(32),
    ]);
    expect(other?.at(-1)).toBe('cd'.repeat(32));
    expect(cells(one(section('checkpoints'), 'table'))[1]).toEqual([`step ${EVIL}`, '1,200', '3', '1.2 MB']);
    const machine = Object.fromEntries(all(section('conditions'), 'table').flatMap(cells));
    expect(machine).toMatchObject({ seed: '7', Node: '22.1.0', memory: '8.5 GB', '@descent/runs': '0.2.0' });
    expect(machine['batch size']).toBe('64');
  });
});
