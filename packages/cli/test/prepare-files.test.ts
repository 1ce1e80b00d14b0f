import { ndarray } from '@descent/core';
import { pngBytes } from '@descent/datasets';
import { describe, expect, test } from 'vitest';
import { splitValidation } from '../src/config/split-validation.ts';
import { dataPaths, type FileData, prepareFiles } from '../src/public/config.ts';
import { source } from './data-helpers.ts';

const FLATS = [
  'city,size,rent,kind,tags',
  ...Array.from({ length: 40 }, (_, i) => `${['Lima', 'Oslo'][i % 2]},${20 + i},${100 + 7 * i},${'abc'[i % 3]},x;y`),
].join('\n');
const HOURS = ['t,load', ...Array.from({ length: 50 }, (_, i) => `${i},${(i * i) % 17}`)].join('\n');
const PAIRS = Array.from({ length: 20 }, (_, i) => ({ a: i, b: 'pq'[i % 2] }));

/** A grey picture of 6 × 6 pixels. */
async function picture(value: (i: number) => number): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(
    await pngBytes(
      ndarray(
        'uint8',
        [6, 6],
        Uint8Array.from({ length: 36 }, (_, i) => value(i)),
      ),
    ),
  );
}

async function pictures(): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  const files: Record<string, Uint8Array<ArrayBuffer>> = {};
  for (let i = 0; i < 12; i++) {
    files[`data/pics/${i}.png`] = await picture((p) => (p * (i + 3)) % 251);
    files[`data/masks/${i}.png`] = await picture((p) => (p + i) % 3);
    files[`data/classes/${i % 2 ? 'odd' : 'even'}/${i}.png`] = await picture((p) => (p * i) % 256);
  }
  return files;
}

const FILES: Readonly<Record<string, string>> = {
  'data/flats.csv': FLATS,
  'late.csv': FLATS,
  'hours.tsv': HOURS.replaceAll(',', '\t'),
  'rows.jsonl': PAIRS.map((row) => JSON.stringify(row)).join('\n'),
  'data/labels.csv': `file,what\n${Array.from({ length: 12 }, (_, i) => `${i}.png,${i % 2 ? 'odd;small' : 'small'}`).join('\n')}\n`,
  'data/boxes.csv': `file,x,y,w,h,label\n${Array.from({ length: 12 }, (_, i) => `${i}.png,1,${i % 3},2,3,${i % 2 ? 'u' : 'v'}`).join('\n')}\n`,
  'mails.csv': `text,of\n${Array.from({ length: 20 }, (_, i) => `hello ${i},${i % 2 ? 'ham' : 'spam'}`).join('\n')}\n`,
  'films/pos/1.txt': 'good',
  'films/pos/2.txt': 'very good',
  'films/neg/1.txt': 'bad',
  'films/neg/2.txt': 'worse',
  'story.txt': 'once upon a time there was a text of some length, and so on and on. '.repeat(4),
};

/** Of data with several targets a config has to say a loss; the others are not asked for one here. */
const LOSS = { loss: ['lossOn', { target: 'boxes' }, 'mse'] };

const SIZE = { width: 6, height: 6 };
const KINDS: Readonly<Record<string, FileData>> = {
  csv: { csv: './data/flats.csv', target: 'kind', features: ['size', 'rent'], test: 'late.csv' },
  'table with categories': {
    ...{ table: 'data/flats.csv', target: 'rent', task: 'regression', features: ['city', 'size'] },
    ...{ standardizeTarget: true, test: 0.2 },
  },
  'table of several labels': {
    ...{ table: 'data/flats.csv', target: 'tags', task: 'multi-label', separator: ';', features: ['size'] },
    test: 'late.csv',
  },
  'JSON lines': { table: 'rows.jsonl', target: 'b', task: 'classification' },
  series: { series: 'hours.tsv', target: 'load', length: 4, horizon: 2, test: 0.3 },
  masks: { images: 'data/pics', masks: 'data/masks', classes: ['a', 'b', 'c'], ...SIZE, test: 0.25 },
  boxes: { images: 'data/pics/', boxes: 'data/boxes.csv', ...SIZE, test: 0.25 },
  labels: {
    ...{ images: 'data/pics', labels: 'data/labels.csv', target: 'what', task: 'multi-label', separator: ';' },
    ...SIZE,
  },
  'pictures that are stretched': { images: 'data/classes', ...SIZE, fit: 'fill', test: 0.25 },
  'texts with lengths': { texts: 'mails.csv', text: 'text', target: 'of', maxLength: 8, padding: 'lengths' },
  'a folder of texts': { texts: 'films', maxLength: 9 },
  corpus: { corpus: 'story.txt', blockLength: 8, test: 0.25 },
};

/** All files, by their paths, as a folder has them and as a page does. */
const written = pictures().then((made) => ({ ...FILES, ...made }));
const given = written.then((all) => new Map(Object.entries(all).map(([path, content]) => [path, new Blob([content])])));

describe('prepareFiles', () => {
  test.each(Object.entries(KINDS))('makes of files in hand what training makes of paths: %s', async (_, data) => {
    const heldBack = { share: 0.5, seed: 5 };
    const { data: here } = await source(data, await written, LOSS);
    const found = await here.load({}, heldBack);
    const expected = found.isSplit === true ? found : { ...found, ...splitValidation(found.train, 0.5, 5) };
    const { name, task, targets, ...got } = await prepareFiles(data, await given, { validation: 0.5, seed: 5 });
    expect({ name, task, targets: targets ?? [] }).toEqual({
      name: here.name,
      task: here.task,
      targets: here.targets ?? [],
    });
    for (const role of ['train', 'validation', 'test'] as const) {
      const [set, other] = [got[role], expected[role]];
      expect(set?.length, role).toBe(other?.length);
      expect([set?.x, set?.y, set?.classes, set?.pictures]).toEqual([
        other?.x,
        other?.y,
        other?.classes,
        other?.pictures,
      ]);
    }
    expect([got.table, got.windows, got.text]).toEqual([found.table, found.windows, found.text]);
    expect(got.notes).toEqual(here.notes ?? []);
  });

  test('needs the files that dataPaths names, and no others', async () => {
    const all = await given;
    for (const [kind, data] of Object.entries(KINDS)) {
      const paths = dataPaths(data);
      const plain = (path: string): string => path.replace(/^\.\/|\/$/g, '');
      const named = new Map(
        [...all].filter(([one]) =>
          paths.some(({ path, kind: of }) => (of === 'file' ? one === plain(path) : one.startsWith(`${plain(path)}/`))),
        ),
      );
      expect((await prepareFiles(data, named)).train.length, kind).toBeGreaterThan(0);
      for (const { path, kind: of } of paths) {
        const without = new Map(
          [...named].filter(([one]) => (of === 'file' ? one !== plain(path) : !one.startsWith(`${plain(path)}/`))),
        );
        await expect(prepareFiles(data, without), `${kind} without ${path}`).rejects.toThrow(
          /not given[\s\S]*choose it|no such folder was found/,
        );
      }
    }
  });

  test('says of a damaged file by which name it was given', async () => {
    const files = new Map([['a.csv', new Blob(['x,y\n1,2\n3\n'])]]);
    await expect(prepareFiles({ csv: 'a.csv', target: 'y' }, files)).rejects.toThrow(/a\.csv/);
    const parquet = new Map([['a.parquet', new Blob(['no'])]]);
    await expect(prepareFiles({ table: 'a.parquet', target: 'y', task: 'regression' }, parquet)).rejects.toThrow(
      /a\.parquet/,
    );
    await expect(prepareFiles({ npz: 'b.npz', x: 'x', y: 'y' }, new Map())).rejects.toThrow(/b\.npz[\s\S]*no files/);
  });
});
