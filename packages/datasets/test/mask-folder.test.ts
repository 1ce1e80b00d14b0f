import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { imageFolder, loader, type MaskFolderOptions, maskFolder, randomHorizontalFlip } from '../src/public/index.ts';
import { folder, rejection } from './helpers.ts';
import { type PngParts, pngFile } from './png-file.ts';

/** A picture of one colour. */
function picture(width: number, height: number, value = 100): Promise<Uint8Array> {
  return sharp({ create: { width, height, channels: 3, background: { r: value, g: value, b: value } } })
    .png()
    .toBuffer();
}

function mask(width: number, height: number, values: readonly number[], parts: Partial<PngParts> = {}): Uint8Array {
  return pngFile({ width, height, depth: 8, colours: 0, values, ...parts });
}

function tree(files: Readonly<Record<string, Uint8Array>>): string {
  const root = folder();
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), bytes);
  }
  return root;
}

/** One picture of 3 × 2 pixels with this mask. */
async function one(bytes: Uint8Array, options: MaskFolderOptions = {}) {
  const root = tree({ 'p/a.png': await picture(3, 2), 'm/a.png': bytes });
  return maskFolder(join(root, 'p'), join(root, 'm'), options);
}

describe('masks', () => {
  test('belong to the pictures of the same names, in sorted order', async () => {
    const root = tree({
      'p/b.png': await picture(3, 2, 20),
      'p/a/1.jpg': await sharp(await picture(3, 2, 90))
        .jpeg()
        .toBuffer(),
      'p/notes.txt': Buffer.from('x'),
      'm/a/1.png': mask(3, 2, [0, 1, 2, 0, 0, 1]),
      'm/b.png': mask(3, 2, [2, 2, 2, 1, 1, 1]),
    });
    const data = await maskFolder(join(root, 'p'), join(root, 'm'));
    expect(data.x.shape).toEqual([2, 1, 2, 3]);
    expect([data.y.dtype, data.y.shape]).toEqual(['int32', [2, 2, 3]]);
    expect([...data.y.data]).toEqual([0, 1, 2, 0, 0, 1, 2, 2, 2, 1, 1, 1]);
    expect(Math.abs((data.x.data[0] as number) - 90)).toBeLessThan(3);
    expect(data.x.data[6]).toBe(20);
    expect(data).toMatchObject({ length: 2, classes: ['0', '1', '2'], annotations: { kind: 'mask' } });
    expect(data.pictures).toMatchObject({ width: 3, height: 2, channels: 1, invert: false });
  });

  test('can have a suffix, beside their pictures', async () => {
    const root = tree({
      'a.png': await picture(3, 2),
      'a_mask.png': mask(3, 2, [0, 0, 0, 1, 1, 1]),
    });
    const data = await maskFolder(root, root, { maskSuffix: '_mask' });
    expect([...data.y.data]).toEqual([0, 0, 0, 1, 1, 1]);
  });

  test('can be files that were chosen in a page', async () => {
    const file = (path: string, bytes: Uint8Array): Blob =>
      Object.defineProperty(new Blob([bytes as Uint8Array<ArrayBuffer>]), 'webkitRelativePath', { value: path });
    const pictures = [file('photos/a.png', await picture(3, 2))];
    const masks = [file('masks/a.png', mask(3, 2, [1, 0, 0, 0, 0, 0]))];
    expect([...(await maskFolder(pictures, masks)).y.data]).toEqual([1, 0, 0, 0, 0, 0]);
  });

  test.each<[string, Partial<PngParts>, MaskFolderOptions]>([
    ['numbers of one bit', { depth: 1 }, {}],
    ['numbers of 16 bits', { depth: 16 }, {}],
    ['the numbers of a palette, whatever its colours', { depth: 4, colours: 3 }, {}],
    ['grey levels', { values: [10, 30, 10, 10, 10, 30] }, { palette: ['#0a0a0a', [30, 30, 30]] }],
    ['black and white of one bit', { depth: 1 }, { palette: ['#000000', '#FFFFFF'] }],
    [
      'the colours of a palette',
      { depth: 2, colours: 3, values: [2, 1, 2, 2, 2, 1], palette: [9, 9, 9, 255, 0, 0, 0, 0, 1] },
      { palette: [[0, 0, 1], '#ff0000'] },
    ],
    [
      'colours',
      { colours: 2, values: [1, 2, 3, 4, 5, 6, 1, 2, 3, 1, 2, 3, 1, 2, 3, 4, 5, 6] },
      {
        palette: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
    ],
    [
      'opaque colours',
      { colours: 6, values: [0, 1].flatMap((v) => [v, v, v, 255]).concat([0, 0, 0, 1].flatMap((v) => [v, v, v, 255])) },
      {
        palette: [
          [0, 0, 0],
          [1, 1, 1],
        ],
      },
    ],
  ])('can be %s', async (_, parts, options) => {
    expect([...(await one(mask(3, 2, [0, 1, 0, 0, 0, 1], parts), options)).y.data]).toEqual([0, 1, 0, 0, 0, 1]);
  });

  test('have no class where ignore says so', async () => {
    const data = await one(mask(3, 2, [0, 1, 255, 255, 1, 0]), { ignore: 255 });
    expect([...data.y.data]).toEqual([0, 1, -100, -100, 1, 0]);
    expect(data.classes).toEqual(['0', '1']);
    const coloured = await one(mask(3, 2, [0, 1, 255, 255, 1, 0]), {
      palette: ['#000000', '#010101'],
      ignore: '#ffffff',
    });
    expect([...coloured.y.data]).toEqual([0, 1, -100, -100, 1, 0]);
  });

  test('are resized by the nearest pixel, in the place of their picture, with no class beside it', async () => {
    const bytes = mask(3, 2, [0, 1, 2, 3, 4, 5]);
    const twice = await one(bytes, { width: 6, height: 6 });
    const row = (...values: number[]): number[] => values.flatMap((v) => [v, v]);
    const none = new Array<number>(6).fill(-100);
    expect([...twice.y.data]).toEqual([none, row(0, 1, 2), row(0, 1, 2), row(3, 4, 5), row(3, 4, 5), none].flat());
    const stretched = await one(bytes, { width: 1, height: 4, fit: 'fill' });
    expect([...stretched.y.data]).toEqual([1, 1, 4, 4]);
  });

  test('show the same things as pictures that are resized alike', async () => {
    // A bright square, whose mask is 1 where it is bright.
    const [width, height] = [90, 60];
    const lit = Array.from({ length: width * height }, (_, i) =>
      Number(i % width >= 12 && i % width < 60 && Math.floor(i / width) >= 24 && Math.floor(i / width) < 54),
    );
    const png = await sharp(
      Uint8Array.from(lit, (v) => 255 * v),
      { raw: { width, height, channels: 1 } },
    )
      .png()
      .toBuffer();
    const root = tree({ 'p/a.png': png, 'm/a.png': mask(width, height, lit) });
    for (const size of [
      { width: 30, height: 30 },
      { width: 15, height: 20, fit: 'fill' as const },
      { width: 180, height: 150 },
    ]) {
      const { x, y } = await maskFolder(join(root, 'p'), join(root, 'm'), size);
      const plane = y.data;
      for (const [i, label] of plane.entries()) {
        // Pixels of the border of the square are grey.
        const v = x.data[i] as number;
        if (label >= 0 && (v < 20 || v > 235)) expect(label).toBe(Number(v > 127));
      }
      expect(plane.filter((label) => label === 1).length).toBeGreaterThan(20);
      const same = await imageFolder(tree({ 'c/a.png': png }), size);
      expect([...same.x.data]).toEqual([...x.data]);
    }
  });

  test('move along in a loader', async () => {
    const data = await one(mask(3, 2, [0, 1, 2, 0, 0, 1]));
    for await (const { y } of loader(data, { batchSize: 1, transform: randomHorizontalFlip({ p: 1 }) })) {
      expect([...y.data]).toEqual([2, 1, 0, 1, 0, 0]);
    }
  });
});

describe('refused by name', () => {
  const good = mask(3, 2, [0, 1, 0, 0, 0, 1]);

  test.each<[string, Record<string, Uint8Array>, MaskFolderOptions, string, string]>([
    ['a picture without a mask', { 'p/b.png': new Uint8Array() }, {}, 'p/b.png', 'a picture has no mask'],
    ['a mask without a picture', { 'm/b.png': good }, {}, 'm/b.png', 'a mask has no picture'],
    ['two pictures of one name', { 'p/a.jpg': new Uint8Array() }, {}, 'p/a.png', 'two files have the same name'],
    ['two masks of one name', { 'm/a.webp': new Uint8Array() }, {}, 'm/a.webp', 'two files have the same name'],
    ['a mask of another size', { 'm/a.png': mask(2, 3, [0, 1, 0, 0, 0, 1]) }, {}, 'm/a.png', '2 × 3 pixels'],
    ['a mask that is no PNG file', { 'm/a.png': Uint8Array.of(0xff, 0xd8, 0xff) }, {}, 'm/a.png', 'no PNG file'],
    ['white as a class', { 'm/a.png': mask(3, 2, [0, 0, 0, 0, 255, 0]) }, {}, 'm/a.png', '255 in row 1, column 1'],
    [
      'a class too many',
      { 'm/a.png': mask(3, 2, [0, 2, 0, 0, 0, 0]) },
      { classes: ['a', 'b'] },
      'm/a.png',
      'indices from 0 to 1',
    ],
    ['a colour of no class', {}, { palette: ['#000000'] }, 'm/a.png', '#010101 in row 0, column 1'],
    [
      'colours without a palette',
      { 'm/a.png': mask(3, 2, new Array<number>(18).fill(0), { colours: 2 }) },
      {},
      'm/a.png',
      'colours, not class indices',
    ],
    [
      'opacity',
      { 'm/a.png': mask(3, 2, new Array<number>(12).fill(0), { colours: 4 }) },
      { palette: ['#000000'] },
      'm/a.png',
      'opacity 0',
    ],
    [
      'colours of 16 bits',
      { 'm/a.png': mask(3, 2, [0, 0, 0, 0, 0, 0], { depth: 16 }) },
      { palette: ['#000000'] },
      'm/a.png',
      '16 bits',
    ],
    [
      'a number beyond the palette',
      { 'm/a.png': mask(3, 2, [0, 3, 0, 0, 0, 0], { depth: 2, colours: 3, palette: [0, 0, 0] }) },
      { palette: ['#000000'] },
      'm/a.png',
      'colour 3 of 1',
    ],
    ['a picture that is none', { 'p/a.png': new Uint8Array(9) }, { width: 3, height: 2 }, 'p/a.png', 'not an image'],
    ['more than the limit', {}, { limit: 10 }, 'p', 'do not fit into memory'],
  ])('%s', async (_, files, options, file, message) => {
    const root = tree({ 'p/a.png': await picture(3, 2), 'm/a.png': good, ...files });
    const error = await rejection(maskFolder(join(root, 'p'), join(root, 'm'), options));
    expect(error.name).toMatch(/^Data(Format|File)Error$/);
    expect(error.message).toContain(join(root, file));
    expect(error.message).toContain(message);
  });

  test('pictures of different sizes, where no size is asked for', async () => {
    const root = tree({
      'p/a.png': await picture(3, 2),
      'p/b.png': await picture(2, 2),
      'm/a.png': good,
      'm/b.png': mask(2, 2, [0, 0, 0, 0]),
    });
    const [p, m] = [join(root, 'p'), join(root, 'm')];
    expect((await rejection(maskFolder(p, m))).message).toContain(join(p, 'b.png'));
    expect((await maskFolder(p, m, { width: 2, height: 2 })).x.shape).toEqual([2, 1, 2, 2]);
  });

  test('empty folders, and paths of none', async () => {
    const root = tree({ 'p/x.txt': Buffer.from('x') });
    expect((await rejection(maskFolder(join(root, 'p'), join(root, 'p')))).message).toContain('there are no pictures');
    expect((await rejection(maskFolder(join(root, 'no'), join(root, 'p')))).message).toContain('cannot be read');
    expect((await rejection(maskFolder(undefined as never, 'm'))).message).toContain('the path of a folder');
  });

  test.each<[string, object, string]>([
    ['a misspelt option', { palete: [] }, 'palette'],
    ['half a size', { width: 3 }, 'width and height belong together'],
    ['no number', { width: Number.NaN, height: 2 }, 'width is out of range'],
    ['the fit of MNIST', { fit: 'mnist' }, 'fit'],
    ['an empty palette', { palette: [] }, 'palette lists the colours'],
    ['no colour', { palette: ['red'] }, 'palette[0] is no colour'],
    ['no byte', { palette: [[0, 0, 256]] }, '[0, 0, 256]'],
    ['a colour twice', { palette: ['#000000', [0, 0, 0]] }, 'the same colour'],
    ['a colour to ignore without a palette', { ignore: '#000000' }, 'a colour only where palette'],
    ['classes that are no names', { classes: [1, 2] }, 'classes are names'],
    [
      'another number of classes than colours',
      { classes: ['a'], palette: ['#000000', '#010101'] },
      'a colour for each class',
    ],
    ['no concurrency', { concurrency: 0 }, 'concurrency'],
  ])('%s', async (_, options, message) => {
    const error = await rejection(one(good, options));
    expect(error.name).toBe('ValueError');
    expect(error.message).toContain(message);
  });
});
