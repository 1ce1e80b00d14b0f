import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ndarray } from '@descent/core';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  type BoxFolderOptions,
  type BoxList,
  boxFolder,
  boxIou,
  type CsvBoxesOptions,
  loader,
  randomHorizontalFlip,
  readCocoBoxes,
  readCsvBoxes,
} from '../src/public/index.ts';
import { folder, rejection } from './helpers.ts';

const coco = {
  images: [
    { id: 7, file_name: 'b.png', width: 8, height: 6 },
    { id: 3, file_name: 'in/a.png', width: 8, height: 6 },
    { id: 4, file_name: 'empty.png' },
  ],
  annotations: [
    { id: 1, image_id: 3, category_id: 18, bbox: [1, 2, 3, 4], area: 12, iscrowd: 0 },
    { id: 2, image_id: 7, category_id: 2, bbox: [0.5, 0, 7.51, 6] },
    { id: 3, image_id: 3, category_id: 2, bbox: [0, 0, 1, 1] },
    { id: 4, image_id: 3, category_id: 2, bbox: [0, 0, 0, 0], iscrowd: 1 },
  ],
  categories: [
    { id: 18, name: 'dog' },
    { id: 2, name: 'car' },
  ],
};

const CSV =
  'label,file,x,y,w,h,by\ndog,in/a.png,1,2,3,4,me\ncar,b.png,0.5,0,7.5,6,me\ncar,in/a.png,0,0,1,1,you\n,empty.png,,,,,\n';

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

async function photos(size: { width: number; height: number } = { width: 8, height: 6 }): Promise<string> {
  const root = folder();
  for (const [name, value] of [
    ['in/a.png', 10],
    ['b.png', 20],
    ['empty.png', 30],
    ['other.png', 40],
  ] as const) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    const background = { r: value, g: value, b: value };
    writeFileSync(
      join(root, name),
      await sharp({ create: { ...size, channels: 3, background } })
        .png()
        .toBuffer(),
    );
  }
  return root;
}

describe('boxes', () => {
  test('of a COCO file', async () => {
    const list = await readCocoBoxes(json(coco));
    expect(list.classes).toEqual(['car', 'dog']);
    const data = await boxFolder(await photos(), list);
    expect(data.x.shape).toEqual([3, 1, 6, 8]);
    expect([0, 48, 96].map((i) => data.x.data[i])).toEqual([20, 10, 30]);
    expect(data.y.boxes.shape).toEqual([3, 2, 4]);
    expect([...data.y.boxes.data]).toEqual([
      0.5,
      0,
      8,
      6,
      0,
      0,
      0,
      0,
      1,
      2,
      4,
      6,
      0,
      0,
      1,
      1,
      ...new Array<number>(8).fill(0),
    ]);
    expect([...data.y.labels.data]).toEqual([0, -100, 1, 0, -100, -100]);
    expect(data).toMatchObject({
      classes: ['car', 'dog'],
      annotations: { boxes: { kind: 'boxes', labels: 'labels' } },
    });
  });

  test('of a CSV file', async () => {
    const list = await readCsvBoxes(Buffer.from(CSV));
    expect(list.classes).toEqual(['car', 'dog']);
    const data = await boxFolder(await photos(), list, { maxBoxes: 3, channels: 3 });
    expect(data.x.shape).toEqual([3, 3, 6, 8]);
    expect([...data.y.boxes.data.slice(0, 24)]).toEqual([
      1,
      2,
      4,
      6,
      0,
      0,
      1,
      1,
      0,
      0,
      0,
      0,
      0.5,
      0,
      8,
      6,
      ...new Array<number>(8).fill(0),
    ]);
    expect([...data.y.labels.data]).toEqual([1, 0, -100, 0, -100, -100, -100, -100, -100]);
  });

  test('of a CSV file without a header, with classes in an order of their own', async () => {
    const options: CsvBoxesOptions = {
      header: ['file', 'x', 'y', 'w', 'h', 'label'],
      classes: ['z', 'dog'],
      delimiter: ';',
    };
    const list = await readCsvBoxes(Buffer.from('b.png;1;2;3;4;dog\n'), options);
    expect(list.pictures).toEqual([
      { file: 'b.png', boxes: [{ x: 1, y: 2, width: 3, height: 4, label: 1, at: 'line 1' }] },
    ]);
    expect(list.classes).toEqual(['z', 'dog']);
  });

  test('are resized with their pictures', async () => {
    const list = await readCocoBoxes(json(coco));
    const root = await photos();
    const fitted = await boxFolder(root, list, { width: 16, height: 16 });
    // Twice as large, with two rows above.
    expect([...fitted.y.boxes.data.slice(8, 12)]).toEqual([2, 6, 8, 14]);
    const filled = await boxFolder(root, list, { width: 4, height: 12, fit: 'fill' });
    expect([...filled.y.boxes.data.slice(8, 12)]).toEqual([0.5, 4, 2, 12]);
  });

  test('move along in a loader', async () => {
    const data = await boxFolder(await photos(), await readCocoBoxes(json(coco)));
    for await (const { y } of loader(data, { batchSize: 3, transform: randomHorizontalFlip({ p: 1 }) })) {
      expect([...y.boxes.data.slice(8, 16)]).toEqual([4, 2, 7, 6, 7, 0, 8, 1]);
      expect([...y.labels.data]).toEqual([...data.y.labels.data]);
    }
  });

  test('that reach beyond their picture are cut where that is asked for', async () => {
    const list = await readCsvBoxes(Buffer.from('file,x,y,w,h,label\nb.png,-2,3,4,9,a\n'));
    const { y } = await boxFolder(await photos(), list, { outside: 'clip' });
    expect([...y.boxes.data]).toEqual([0, 3, 2, 6]);
  });
});

/** `coco` with one thing changed. */
function changed(key: 'images' | 'annotations' | 'categories', index: number, row: object): Uint8Array {
  return json({ ...coco, [key]: coco[key].map((one, i) => (i === index ? { ...one, ...row } : one)) });
}

describe('a COCO file is refused with its place', () => {
  test.each<[string, Uint8Array, string]>([
    ['no JSON', Buffer.from('{"images":'), 'no JSON'],
    ['a list', json([]), 'categories: not there'],
    ['no categories', json({ images: [], annotations: [] }), 'categories: not there'],
    ['no object', json({ ...coco, annotations: [null] }), 'annotations[0]'],
    ['an id twice', changed('images', 1, { id: 7 }), 'images[1]'],
    ['an id that is a text', changed('categories', 0, { id: 'x' }), 'categories[0]'],
    ['a file twice', changed('images', 1, { file_name: 'b.png' }), 'image 7 too'],
    ['no file', changed('images', 1, { file_name: '' }), 'images[1]'],
    ['a side of no size', changed('images', 1, { width: 0 }), 'width 0'],
    ['an image that is not there', changed('annotations', 2, { image_id: 99 }), 'annotations[2]'],
    ['a category that is not there', changed('annotations', 2, { category_id: 99 }), 'category_id 99'],
    ['no box', changed('annotations', 1, { bbox: undefined }), 'annotations[1]'],
    ['a box of three numbers', changed('annotations', 1, { bbox: [1, 2, 3] }), '[1,2,3]'],
    ['a width of zero', changed('annotations', 1, { bbox: [1, 1, 0, 2] }), 'width 0 of a box in b.png'],
    ['a negative height', changed('annotations', 1, { bbox: [1, 1, 2, -2] }), 'height -2'],
    ['null, which JSON makes of NaN', changed('annotations', 1, { bbox: [null, 1, 2, 2] }), 'x NaN'],
    ['a text for a number', changed('annotations', 1, { bbox: ['1', 1, 2, 2] }), 'x NaN'],
  ])('%s', async (_, bytes, message) => {
    const error = await rejection(readCocoBoxes(bytes));
    expect(error.name).toBe('DataFormatError');
    expect(error.message).toContain('COCO data');
    expect(error.message).toContain(message);
  });
});

describe('a CSV file is refused with its line', () => {
  const rows = (...lines: string[]): string => ['file,x,y,w,h,label', 'a.png,0,0,1,1,dog', ...lines].join('\n');

  test.each<[string, string, CsvBoxesOptions, string]>([
    ['a column that is missing', 'file,x,y,width,h,label\n', {}, 'file, x, y, width, h, label'],
    ['a column twice', 'file,x,y,w,h,label,x\n', {}, 'line 1'],
    ['no file', rows(',0,0,1,1,dog'), {}, 'line 3'],
    ['no label', rows('a.png,0,0,1,1,'), {}, 'no label'],
    ['half a box', rows('a.png,0,0,,1,dog'), {}, 'w ""'],
    ['no number', rows('a.png,0,zero,1,1,dog'), {}, 'y "zero"'],
    ['NaN', rows('a.png,NaN,0,1,1,dog'), {}, 'x "NaN"'],
    ['an infinity', rows('a.png,0,0,inf,1,dog'), {}, 'line 3'],
    ['a width of zero', rows('a.png,0,0,0,1,dog'), {}, 'width 0 of a box in a.png'],
    ['a negative height', rows('a.png,0,0,1,-1,dog'), {}, 'height -1'],
    ['a class of another name', rows('a.png,0,0,1,1,cat'), { classes: ['dog'] }, '"cat"'],
    ['too few fields', rows('a.png,0,0'), {}, 'line 3'],
  ])('%s', async (_, text, options, message) => {
    const error = await rejection(readCsvBoxes(Buffer.from(text), options));
    expect(error.name).toBe('DataFormatError');
    expect(error.message).toContain('CSV data');
    expect(error.message).toContain(message);
  });
});

describe('what does not fit the pictures is refused', () => {
  const box = (x: number, y: number, w: number, h: number): string =>
    `file,x,y,w,h,label\nb.png,${x},${y},${w},${h},a\n`;

  test.each<[string, string, BoxFolderOptions, string]>([
    ['a box to the left', box(-1, 0, 3, 3), {}, 'line 2'],
    ['a box to the right', box(6, 0, 3, 3), {}, 'b.png of 8 × 6 pixels'],
    ['a box below', box(0, 4, 3, 3), {}, "outside: 'clip'"],
    ['a box beside the picture, even where boxes are cut', box(8, 0, 3, 3), { outside: 'clip' }, 'lies outside'],
    ['a picture that is not there', box(0, 0, 1, 1).replace('b.png', 'c.png'), {}, 'c.png'],
    ['a path out of the folder', box(0, 0, 1, 1).replace('b.png', '../b.png'), {}, 'is not there'],
    ['no box at all', 'file,x,y,w,h,label\nb.png,,,,,\n', {}, 'no box in any picture'],
    ['more boxes than there is room for', `${box(0, 0, 1, 1)}b.png,1,1,2,2,a\n`, { maxBoxes: 1 }, '2 boxes in b.png'],
    ['more than the limit', box(0, 0, 1, 1), { limit: 5 }, 'do not fit into memory'],
  ])('%s', async (_, text, options, message) => {
    const error = await rejection(boxFolder(await photos(), await readCsvBoxes(Buffer.from(text)), options));
    expect(error.name).toMatch(/^Data(Format|File)Error$/);
    expect(error.message).toContain(message);
  });

  test('a picture of another size than the file says', async () => {
    const error = await rejection(boxFolder(await photos({ width: 6, height: 8 }), await readCocoBoxes(json(coco))));
    expect(error.message).toContain('b.png');
    expect(error.message).toContain('expected: 8 × 6');
  });

  test.each<[string, object, string]>([
    ['a misspelt option', { maxBox: 1 }, 'maxBoxes'],
    ['no room', { maxBoxes: 0 }, 'maxBoxes is a number'],
    ['no setting', { outside: 'cut' }, "'refuse' or 'clip'"],
    ['names for other classes', { classes: ['a', 'b'] }, '2 names'],
  ])('%s', async (_, options, message) => {
    const list = await readCsvBoxes(Buffer.from(box(0, 0, 1, 1)));
    const error = await rejection(boxFolder(await photos(), list, options));
    expect(error.name).toBe('ValueError');
    expect(error.message).toContain(message);
  });

  test('lists that nobody read', async () => {
    const list = await readCsvBoxes(Buffer.from(box(0, 0, 1, 1)));
    const root = await photos();
    const label = (value: number): BoxList => ({
      ...list,
      pictures: list.pictures.map((one) => ({ ...one, boxes: one.boxes.map((b) => ({ ...b, label: value })) })),
    });
    expect((await rejection(boxFolder(root, label(1)))).message).toContain('label 1');
    expect((await rejection(boxFolder(root, label(Number.NaN)))).message).toContain('label NaN');
    expect((await rejection(boxFolder(root, 'a.json' as never))).message).toContain('readCocoBoxes');
  });
});

describe('boxIou', () => {
  const boxes = (...rows: readonly (readonly number[])[]) =>
    ndarray('float32', [rows.length, 4], Float32Array.from(rows.flat()));

  test('of every box with every other, by hand', () => {
    const a = boxes([0, 0, 2, 2], [1, 1, 1, 1], [0, 0, 4, 1]);
    const b = boxes([1, 1, 3, 3], [0, 0, 2, 2], [1, 1, 1, 1], [2, 0, 4, 2]);
    const { shape, data } = boxIou(a, b);
    expect(shape).toEqual([3, 4]);
    const expected = [1 / 7, 1, 0, 0, 0, 0, 0, 0, 0, 2 / 6, 0, 2 / 6];
    for (const [i, v] of expected.entries()) expect(data[i]).toBeCloseTo(v, 6);
  });

  test('of integers, of many, and of none', () => {
    const one = ndarray('int32', [1, 4], Int32Array.of(0, 0, 10, 10));
    expect(boxIou(one, one).data[0]).toBe(1);
    expect(boxIou(ndarray('float32', [0, 4], new Float32Array()), one).shape).toEqual([0, 1]);
    // Counted pixel by pixel.
    const rows = Array.from({ length: 12 }, (_, i) => [
      (i * 3) % 7,
      (i * 5) % 6,
      ((i * 3) % 7) + 1 + (i % 4),
      ((i * 5) % 6) + 1 + (i % 3),
    ]);
    const cells = rows.map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) => {
      const found = new Set<number>();
      for (let y = y1; y < y2; y++) for (let x = x1; x < x2; x++) found.add(100 * y + x);
      return found;
    });
    const { data } = boxIou(boxes(...rows), boxes(...rows));
    for (const [i, a] of cells.entries()) {
      for (const [k, b] of cells.entries()) {
        const both = [...a].filter((cell) => b.has(cell)).length;
        expect(data[12 * i + k]).toBeCloseTo(both / (a.size + b.size - both), 6);
      }
    }
  });

  test.each<[string, unknown, string]>([
    ['x, y, width and height', boxes([5, 5, 2, 2]), 'of x, y, width and height'],
    ['NaN', boxes([0, 0, Number.NaN, 1]), 'row 0'],
    ['another shape', ndarray('float32', [1, 1, 4], new Float32Array(4)), '[1, 1, 4]'],
    ['a list', [[0, 0, 1, 1]], 'tensor('],
  ])('refuses %s', (_, given, message) => {
    expect(() => boxIou(given as never, boxes([0, 0, 1, 1]))).toThrow(message);
  });
});
