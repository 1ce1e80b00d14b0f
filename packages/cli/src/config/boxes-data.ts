import { type BoxList, boxFolder, DataFormatError, readCocoBoxes, readCsvBoxes } from '@descent/datasets';
import { UsageError } from '../errors.ts';
import { pictureSample, resized } from './annotated-pictures.ts';
import type { DataSource, LoadedSet } from './data.ts';
import type { BoxesData } from './define-config.ts';
import { takeTest } from './examples.ts';
import type { ConfigFiles } from './files.ts';
import { inConfigLater } from './in-config.ts';

/**
 * Pictures with one box each: where a thing is, and what it is. Boxes are read at once, pictures are opened by `load`. With several boxes a loss would have to
 * know which output answers for which of them, and there is none that does.
 */
export async function boxesData(data: BoxesData, files: ConfigFiles): Promise<DataSource> {
  const { images, boxes, test, classes, outside } = data;
  if (classes !== undefined && isCoco(boxes)) {
    throw new UsageError('a file of COCO names its classes itself', {
      path: 'data.classes',
      received: classes.join(', '),
      fix: 'leave it out',
    });
  }
  const list = oneEach(await readBoxes(boxes, classes, files), 'data.boxes');
  const other = typeof test === 'object' && 'boxes' in test ? test : null;
  const held = other === null ? null : oneEach(await readBoxes(other.boxes, list.classes, files), 'data.test.boxes');
  if (held !== null) expectSameClasses(list, held);
  return {
    name: images,
    sample: pictureSample(data),
    task: null,
    targets: ['boxes', 'labels'],
    notes: [`boxes [1, 4] are left, top, right and bottom in pixels, labels [1] one of ${list.classes.join(', ')}`],
    async load({ signal } = {}) {
      const read = (folder: string, of: BoxList): Promise<LoadedSet> =>
        inConfigLater('data', async () => ({
          ...(await boxFolder(files.folder(folder), of, {
            ...resized(data, signal),
            maxBoxes: 1,
            ...(outside !== undefined && { outside }),
          })),
          name: folder,
        }));
      const train = await read(images, list);
      if (held !== null) return { train, validation: null, test: await read(other?.images ?? images, held) };
      if (test === undefined) return { train, validation: null, test: null };
      return { validation: null, ...takeTest(train, test as number) };
    },
  };
}

/** A file of COCO has its classes in an order of its own; a CSV file has those that are named, else its own. */
function readBoxes(path: string, classes: readonly string[] | undefined, files: ConfigFiles): Promise<BoxList> {
  const file = files.file(path);
  return isCoco(path) ? readCocoBoxes(file) : readCsvBoxes(file, classes === undefined ? {} : { classes });
}

function isCoco(path: string): boolean {
  return /\.json$/i.test(path);
}

/** Throws where labels would have other meanings in the test data. */
function expectSameClasses(train: BoxList, test: BoxList): void {
  if (JSON.stringify(train.classes) === JSON.stringify(test.classes)) return;
  throw new DataFormatError('the test boxes have other classes than the training boxes', {
    file: test.name,
    received: test.classes.join(', '),
    expected: train.classes.join(', '),
  });
}

/** Throws a UsageError for a picture without a box, or with several. */
function oneEach(list: BoxList, path: string): BoxList {
  const odd = list.pictures.find(({ boxes }) => boxes.length !== 1);
  if (odd === undefined) return list;
  throw new UsageError('a config trains on pictures with one box each', {
    path,
    received: `${odd.boxes.length} boxes in ${odd.file}`,
    expected: 'one box in each picture',
    fix: 'cut such pictures, or leave them out of the file; several boxes need a loss that matches them, written in a program with boxFolder of @descent/datasets',
  });
}
