import { describeDatasets, pngBytes } from '@descent/datasets';
import { describe, expect, test } from 'vitest';
import { archivedPictures, entriesOf, isPicturePath } from '../src/data/archive.ts';
import { csvFormat } from '../src/data/csv-format.ts';
import {
  changed,
  classesOf,
  type Kept,
  NOTHING_KEPT,
  removingClass,
  removingSet,
  renaming,
} from '../src/data/kept-values.ts';
import { marks } from '../src/data/marks.ts';
import { freeName, nameProblem, pictureName } from '../src/data/names.ts';
import { missingOf, sampleOf, TOY_CLASSES } from '../src/data/own.ts';
import { ownPictures } from '../src/data/own-pictures.ts';
import { factsOf, ownTable } from '../src/data/own-table.ts';
import { loadPoints } from '../src/data/points.ts';
import { inputsOf, isLikelyInput, likelyTarget, likelyTask, likelyText } from '../src/data/table-facts.ts';
import { TOY_SETS } from '../src/state/experiment.ts';
import { readData } from '../src/state/read-data.ts';
import { filesOfChosen } from '../src/ui/folder.ts';

describe('names of classes and pictures', () => {
  test.each<[string, string | null]>([
    ['cats', null],
    ['猫', null],
    ['big cats', null],
    ['', 'empty'],
    ['  ', 'empty'],
    ['x'.repeat(61), 'long'],
    ['a/b', 'characters'],
    ['a\\b', 'characters'],
    ['a:b', 'characters'],
    ['.hidden', 'characters'],
    ['ends.', 'characters'],
    ['CON', 'characters'],
    ['a\u0000', 'characters'],
    ['Dogs', 'taken'],
    ['caf\u00e9', 'taken'],
  ])('%j: %s', (name, problem) => {
    expect(nameProblem(name, ['dogs', 'cafe\u0301'])).toBe(problem);
  });

  test('a free name is one that may be taken', () => {
    for (const given of ['dogs', 'a/b:c', '..', '', 'con', 'x'.repeat(200), ' . ']) {
      expect(nameProblem(freeName(given, ['dogs', 'class']), ['dogs', 'class']), given).toBeNull();
    }
    expect(freeName('dogs', ['dogs', 'dogs-2'])).toBe('dogs-3');
  });

  test('pictures keep their names, as PNG files, and no two of a class have one', () => {
    expect(pictureName('IMG 1.JPG', [])).toBe('IMG 1.png');
    expect(pictureName('a.webp', ['a.png'])).toBe('a-2.png');
    expect(pictureName('.jpg', [])).toBe('picture.png');
  });
});

test('the column of texts is that of the most different values', () => {
  const column = (name: string, type: 'string' | 'int32', different: number) => ({ name, type, different, missing: 0 });
  const columns = [column('label', 'string', 2), column('id', 'int32', 90), column('review', 'string', 88)];
  expect(likelyText({ rows: 90, columns, preview: [] })).toBe('review');
  expect(likelyText({ rows: 90, columns: columns.slice(1, 2), preview: [] })).toBe('id');
});

describe('what is kept', () => {
  const png = new Blob();
  const picture = (id: string, label: string, set = 's') => ({ id, set, label, name: `${id}.png`, png });
  const first: Kept = changed(NOTHING_KEPT, {
    put: {
      sets: [
        { name: 's', classes: ['b', 'a'] },
        { name: 't', classes: ['a'] },
      ],
      pictures: [picture('1', 'a'), picture('2', 'b'), picture('3', 'a'), picture('4', 'a', 't')],
    },
  });
  const [set] = first.sets as [Kept['sets'][number]];
  const ids = (kept: Kept) => classesOf(kept, 's').map((one) => [one.name, one.pictures.map(({ id }) => id)]);

  test('classes hold their own pictures', () => {
    expect(ids(first)).toEqual([
      ['b', ['2']],
      ['a', ['1', '3']],
    ]);
    expect(classesOf(first, 'nowhere')).toEqual([]);
  });

  test('a class gets another name with its pictures, and stays in its place', () => {
    expect(ids(changed(first, renaming(first, set, 'b', 'c')))).toEqual([
      ['c', ['2']],
      ['a', ['1', '3']],
    ]);
  });

  test('a class and a set go with their pictures, and nothing else does', () => {
    const without = changed(first, removingClass(first, set, 'a'));
    expect(ids(without)).toEqual([['b', ['2']]]);
    expect(without.pictures.map(({ id }) => id)).toEqual(['2', '4']);
    expect(changed(first, removingSet(first, 's')).pictures.map(({ id }) => id)).toEqual(['4']);
    expect(changed(first, {})).toEqual(first);
  });
});

describe('an archive', () => {
  test('has a folder of pictures a class; other files and a folder around all are looked through', () => {
    const paths = ['set/cats/1.png', 'set/cats/.DS_Store', '__MACOSX/set/cats/1.png', 'set/dogs/a/2.JPG', 'set/a.txt'];
    expect(Array.from(archivedPictures(paths))).toEqual([
      ['set/cats/1.png', { label: 'cats', name: '1.png' }],
      ['set/dogs/a/2.JPG', { label: 'dogs', name: '2.JPG' }],
    ]);
    expect(Array.from(archivedPictures(['cats/1.png', 'dogs/1.png', 'top.png']).values())).toEqual([
      { label: 'cats', name: '1.png' },
      { label: 'dogs', name: '1.png' },
    ]);
    // Beside several folders, a picture is of no class; beside a single one, the folder around is the class.
    const beside = archivedPictures(['set/cats/1.png', 'set/dogs/1.png', 'set/cover.png']);
    expect(Array.from(beside.values(), ({ label }) => label)).toEqual(['cats', 'dogs']);
    const single = archivedPictures(['cats/1.png', 'cats/old/2.png']);
    expect(Array.from(single.values(), ({ label }) => label)).toEqual(['cats', 'cats']);
  });

  test('and a folder that is chosen leave hidden files out, and count those of other kinds', () => {
    const chosen = ['set/cats/1.png', 'set/cats/Thumbs.db', 'set/.git/x.png', 'set/notes.txt'].map((path) =>
      Object.assign(new File(['x'], path.slice(path.lastIndexOf('/') + 1)), { webkitRelativePath: path }),
    );
    const found = filesOfChosen(chosen, isPicturePath);
    expect(found.files.map(({ path }) => path)).toEqual(['set/cats/1.png']);
    expect(found).toMatchObject({ others: 1, isCut: false });
    const many = Array.from({ length: 20_001 }, () => chosen[0] as File);
    expect(filesOfChosen(many, isPicturePath)).toMatchObject({ files: { length: 20_000 }, isCut: true });
  });
});

describe('how a table is written', () => {
  test.each<[string, object]>([
    ['a,b\n1,2\n', {}],
    ['a;b\n1,5;2\n', { delimiter: ';', decimal: ',' }],
    ['a;b\n1.5;2\n', { delimiter: ';' }],
    ['a\tb, c\n1\t2\n', { delimiter: '\t' }],
    ['"a;b",c\n"1;2",3\n', {}],
    ['one\n1\n2\n', {}],
    ['', {}],
  ])('%j', (head, format) => {
    expect(csvFormat(head)).toEqual(format);
  });
});

const ROWS = Array.from({ length: 40 }, (_, i) => `${i / 10},${i % 2 === 0 ? 'red' : 'blue'},${i},${i % 3},u${i}`);
const FLOWERS = new Blob([`size,colour,number,kind,id\n${ROWS.join('\n')}\n`]);

describe('a table of the user’s own', () => {
  test('tells what may be predicted from what', async () => {
    const facts = await factsOf(FLOWERS, 'a.csv', {});
    expect(facts).toMatchObject({ rows: 40, preview: { length: 6 } });
    expect(facts.preview[0]).toEqual(['0', 'red', '0', '0', 'u0']);
    expect(facts.columns.map(({ type, different }) => [type, different])).toEqual([
      ['float64', 40],
      ['string', 2],
      ['int32', 40],
      ['int32', 3],
      ['string', 40],
    ]);
    expect(facts.columns.map(likelyTask)).toEqual([
      'regression',
      'classification',
      'regression',
      'classification',
      'classification',
    ]);
    expect(likelyTarget(facts)).toBe('id');
    expect(
      likelyTarget({
        ...facts,
        columns: [{ name: 'Species', type: 'string', missing: 0, different: 2 }, ...facts.columns],
      }),
    ).toBe('Species');
    // What the page says of a table is what its address may say.
    const target = likelyTarget(facts);
    const inputs = inputsOf(
      { ...facts, columns: facts.columns.map((one) => ({ ...one, missing: 1 })) },
      target,
      (one) => one.name !== 'size',
    );
    const choice = { csv: 'a.csv', target, ...inputs, ...csvFormat('a;b\n1,5;2\n'), test: 0.2 };
    expect(Object.keys(choice)).toEqual([
      'csv',
      'target',
      'features',
      'oneHot',
      'missing',
      'delimiter',
      'decimal',
      'test',
    ]);
    expect(readData(choice, 'data')).toEqual(choice);
    for (const wrong of [{ features: [] }, { oneHot: [1] }, { missing: 'fill' }, { delimiter: '' }, { decimal: '.' }])
      expect(() => readData({ ...choice, ...wrong }, 'data'), JSON.stringify(wrong)).toThrow(
        'the page cannot have such data',
      );
    // A column with a text of its own in each row is no input.
    expect(inputsOf(facts, 'kind', (one) => isLikelyInput(one, facts))).toEqual({
      features: ['size', 'colour', 'number'],
      oneHot: ['colour'],
    });
    expect(inputsOf(facts, 'id', () => true)).toEqual({ oneHot: ['colour'] });
  });

  test('becomes samples as the config says, a share of each class kept to test', async () => {
    const choice = { csv: 'a.csv', target: 'kind', features: ['size', 'colour'], oneHot: ['colour'], test: 0.25 };
    const { train, test: held } = await ownTable(FLOWERS, choice);
    expect(train.classes).toEqual(['0', '1', '2']);
    expect([train.x.shape, held?.x.shape]).toEqual([
      // Of 14, 13 and 13 rows of the three classes.
      [31, 3],
      [9, 3],
    ]);
    // Rows are whole: size, blue, red and kind belong together.
    for (const { x, y } of [train, held as typeof train]) {
      y.data.forEach((label, row) => {
        const number = Math.round(10 * (x.data[3 * row] as number));
        expect([x.data[3 * row + 1], x.data[3 * row + 2]]).toEqual(number % 2 === 0 ? [0, 1] : [1, 0]);
        expect(label).toBe(number % 3);
      });
    }
  });

  test('holds numbers to predict as a column', async () => {
    const choice = { csv: 'a.csv', target: 'size', task: 'regression' as const, features: ['number'] };
    const { train, test: held } = await ownTable(FLOWERS, choice);
    expect([train.y.shape, train.y.dtype, train.classes, held]).toEqual([[40, 1], 'float32', [], null]);
  });

  test('without rows, or too small to be divided, is refused', async () => {
    await expect(factsOf(new Blob(['a,b\n']), 'a.csv', {})).rejects.toThrow('the table has no rows');
    const tiny = new Blob(['a,b\n1,0\n2,1\n']);
    await expect(ownTable(tiny, { csv: 'a.csv', target: 'b', test: 0.1 })).rejects.toThrow('leaves 2 samples to train');
  });
});

describe('pictures of the user’s own', () => {
  const grey = async (level: number) => {
    const data = new Uint8Array(64).fill(level);
    return new Blob([(await pngBytes({ dtype: 'uint8', shape: [1, 1, 8, 8], data })).slice()]);
  };

  test('become samples in the order of the folder that is exported', async () => {
    const pictures = async (levels: readonly number[]) =>
      Promise.all(levels.map(async (level) => ({ name: `${level}.png`, png: await grey(level) })));
    const entries = entriesOf([
      { name: 'dark', pictures: await pictures([30, 10, 20]) },
      { name: 'bright', pictures: await pictures([200, 210, 220]) },
    ]);
    expect(entries.map(({ path }) => path)).toContain('dark/10.png');
    const choice = { images: 'greys', width: 8, height: 8, channels: 1 as const, test: 0.34 };
    const { train, test: held } = await ownPictures(entries, choice);
    expect(train.classes).toEqual(['bright', 'dark']);
    expect([train.x.shape, held?.x.shape]).toEqual([
      [4, 1, 8, 8],
      [2, 1, 8, 8],
    ]);
    const levels = [train, held as typeof train].flatMap(({ x, y }) =>
      Array.from(y.data, (label, row) => [label, x.data[64 * row]]),
    );
    expect(levels.sort()).toEqual([
      [0, 200],
      [0, 210],
      [0, 220],
      [1, 10],
      [1, 20],
      [1, 30],
    ]);
  });

  test('of one class are nothing to learn from', async () => {
    const entries = entriesOf([{ name: 'one', pictures: [{ name: 'a.png', png: await grey(1) }] }]);
    await expect(ownPictures(entries, { images: 's', width: 8, height: 8, channels: 1 })).rejects.toThrow(
      'nothing to tell apart',
    );
  });
});

describe('what a network gets', () => {
  test('of named sets is what their descriptions say', () => {
    const known = new Map(describeDatasets().map((set) => [set.id, set]));
    for (const name of [...TOY_SETS, 'mnist-sample'] as const) {
      const set = known.get(name);
      expect(sampleOf({ name }), name).toEqual({ ...set?.item, classes: set?.classes, task: set?.task });
    }
    expect(Object.keys(TOY_CLASSES)).toEqual([...TOY_SETS]);
  });

  test('of own data that are not in this browser is not known', () => {
    expect(sampleOf({ csv: 'a.csv', target: 'b' })).toBeNull();
    const images = { images: 'set', width: 8, height: 8, channels: 1 } as const;
    expect(sampleOf(images)).toBeNull();
    expect(missingOf(null, images)).toBeNull();
    expect(missingOf(NOTHING_KEPT, images)).toBe('set');
    expect(missingOf({ ...NOTHING_KEPT, sets: [{ name: 'set', classes: [] }] }, images)).toBeNull();
    expect(missingOf(NOTHING_KEPT, { csv: 'a.csv', target: 'b' })).toBe('a.csv');
    expect(missingOf(NOTHING_KEPT, { name: 'moons' })).toBeNull();
  });
});

test('a class of points is one path with a form for each', async () => {
  const { train, test: held } = await loadPoints({ name: 'blobs', samples: 60, noise: 0.1, seed: 1 });
  expect(train.length + held.length).toBe(60);
  const place = { x: (value: number) => 100 + 10 * value, y: (value: number) => 100 - 10 * value };
  const paths = [0, 1, 2].map((c) => marks(train, c, place));
  expect(paths.map((path) => path.match(/M/g)?.length)).toEqual([16, 16, 16]);
  const row = train.y.data.indexOf(0);
  const [x1, x2] = [train.x.data[2 * row] as number, train.x.data[2 * row + 1] as number];
  expect(paths[0]?.startsWith(`M${(100 + 10 * x1).toFixed(1)} ${(100 - 10 * x2).toFixed(1)}m`)).toBe(true);
});
