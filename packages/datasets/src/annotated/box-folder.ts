import { describeValue, type NDArray, ValueError } from '@descent/core';
import { expectArgument } from '../arguments.ts';
import type { DatasetOf } from '../dataset.ts';
import { DataFileError, DataFormatError } from '../errors.ts';
import type { ImageEntries, ImageEntry } from '../sources/image-entries.ts';
import { expectRoom, severalAtOnce } from '../sources/several-at-once.ts';
import { NO_CLASS } from '../transforms/annotations.ts';
import { type BoxList, cornersIn } from './box-list.ts';
import {
  type AnnotatedOptions,
  annotatedSettings,
  nameOf,
  openPicture,
  picturesIn,
  preprocessingFor,
  rootOf,
} from './pictures.ts';

export interface BoxFolderOptions extends AnnotatedOptions {
  /** Boxes that an item has room for. Default: the most of any picture. */
  readonly maxBoxes?: number;
  /** What to do with boxes that reach beyond their picture: `'refuse'` (the default), or `'clip'`, which cuts them to it. */
  readonly outside?: 'refuse' | 'clip';
}

/** Boxes `[n, most, 4]`, left, top, right and bottom in pixels of the items, and their classes `[n, most]`, -100 where there is no box. */
export type BoxTargets = { readonly boxes: NDArray<'float32'>; readonly labels: NDArray<'int32'> };

/**
 * Reads pictures with boxes into memory, those that `list` names: `x` uint8 `[n, channels, height, width]`, `y` `{ boxes, labels }`, float32 `[n, most, 4]`
 * (left, top, right, bottom in pixels of the items) and int32 `[n, most]`. Pictures have different numbers of boxes: rows that are none are zeros, and their
 * label is -100. Boxes are resized with their pictures. The dataset says `annotations`, so that transforms move boxes along.
 * @throws DataFileError for a picture that is not there and for limits; DataFormatError with the place in the file for a box outside of its picture, and for
 * a picture of another size than the file says; ValueError for a wrong option.
 */
export async function boxFolder(
  pictures: string | ImageEntries,
  list: BoxList,
  options: BoxFolderOptions = {},
): Promise<DatasetOf<NDArray<'uint8'>, BoxTargets>> {
  const settings = annotatedSettings('boxFolder', options, ['maxBoxes', 'outside']);
  expectArgument(
    'boxFolder',
    Array.isArray(list?.pictures) && Array.isArray(list.classes),
    list,
    'what readCocoBoxes or readCsvBoxes gives',
    "await readCocoBoxes('annotations.json') first",
  );
  const { outside = 'refuse' } = options;
  if (outside !== 'refuse' && outside !== 'clip') {
    throw new ValueError('boxFolder: outside has no such setting', {
      received: describeValue(outside),
      expected: "'refuse' or 'clip'",
    });
  }
  const most = roomFor(list, options.maxBoxes);
  expectClasses(list, settings.classes);
  const entries = await entriesOf(pictures, list);
  const preprocessing = await preprocessingFor(rootOf(pictures), entries, settings);
  const { width, height, channels } = preprocessing;
  const [size, n] = [channels * height * width, entries.length];
  expectRoom(rootOf(pictures), n, size + 20 * most, settings.limit);
  const x = new Uint8Array(n * size);
  const boxes = new Float32Array(n * most * 4);
  const labels = new Int32Array(n * most).fill(NO_CLASS);
  await severalAtOnce(entries, settings, async (entry, index) => {
    const opened = await openPicture(entry, preprocessing, settings);
    const picture = list.pictures[index] as BoxList['pictures'][number];
    expectSize(picture, opened.from, list.name, nameOf(entry));
    x.set(opened.data, index * size);
    const { left, top, width: across, height: down } = opened.placed;
    const [sx, sy] = [across / opened.from.width, down / opened.from.height];
    for (const [i, box] of picture.boxes.entries()) {
      const [x1, y1, x2, y2] = cornersIn(box, opened.from, outside, list.name, picture.file);
      const row = index * most + i;
      boxes.set([left + x1 * sx, top + y1 * sy, left + x2 * sx, top + y2 * sy], 4 * row);
      labels[row] = box.label;
    }
  });
  return {
    name: rootOf(pictures),
    length: n,
    classes: settings.classes ?? list.classes,
    x: { dtype: 'uint8', shape: [n, channels, height, width], data: x },
    y: {
      boxes: { dtype: 'float32', shape: [n, most, 4], data: boxes },
      labels: { dtype: 'int32', shape: [n, most], data: labels },
    },
    pictures: preprocessing,
    annotations: { boxes: { kind: 'boxes', labels: 'labels' } },
    licence: 'unknown',
    source: list.name,
    citation: '',
  };
}

/** Throws where a box is of no class, or other names are not as many as the classes of the list. */
function expectClasses({ name, classes, pictures }: BoxList, names: readonly string[] | undefined): void {
  if (names !== undefined && names.length !== classes.length) {
    throw new ValueError('boxFolder: classes names others than the list of boxes has', {
      received: `${names.length} names`,
      expected: `${classes.length}, for ${classes.slice(0, 20).join(', ')}`,
      fix: 'readCsvBoxes takes classes in an order of yours',
    });
  }
  for (const { file, boxes } of pictures) {
    const stray = boxes.find(({ label }) => !(Number.isInteger(label) && label >= 0 && label < classes.length));
    if (stray === undefined) continue;
    throw new DataFormatError('a box is of no class', {
      file: name,
      path: `${name} ${stray.at}`,
      received: `label ${String(stray.label)} of a box in ${file}`,
      expected: `whole numbers from 0 to ${classes.length - 1}`,
    });
  }
}

/** Rows of boxes of an item. */
function roomFor({ name, pictures }: BoxList, maxBoxes: number | undefined): number {
  const counts = pictures.map(({ boxes }) => boxes.length);
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  if (most === 0) {
    throw new DataFormatError('there is no box in any picture', {
      file: name,
      received: `${pictures.length} pictures without boxes`,
    });
  }
  if (maxBoxes === undefined) return most;
  if (!Number.isInteger(maxBoxes) || maxBoxes < 1) {
    throw new ValueError('boxFolder: maxBoxes is a number of boxes', {
      received: describeValue(maxBoxes),
      expected: 'a positive integer',
    });
  }
  if (most <= maxBoxes) return maxBoxes;
  throw new DataFormatError('a picture has more boxes than an item has room for', {
    file: name,
    received: `${most} boxes in ${pictures[counts.indexOf(most)]?.file}`,
    expected: `at most ${maxBoxes}`,
    fix: 'raise maxBoxes, or leave it out',
  });
}

/** The pictures that the list names, in its order. Only what lies in the folder is opened, whatever a file says. */
async function entriesOf(given: string | ImageEntries, list: BoxList): Promise<readonly ImageEntry[]> {
  const found = new Map((await picturesIn('boxFolder', given)).map((entry) => [entry.path, entry]));
  return list.pictures.map(({ file, boxes }) => {
    const entry = found.get(file.replace(/^\.\//, ''));
    if (entry !== undefined) return entry;
    const [first] = found.keys();
    throw new DataFileError('a picture is not there', {
      file: `${rootOf(given)}/${file}`,
      received: `${found.size} others${first === undefined ? '' : `, such as ${first}`}; it is named in ${list.name}${boxes[0] === undefined ? '' : ` ${boxes[0].at}`}`,
      expected: 'a PNG, JPEG or WebP file at this path of the folder',
    });
  });
}

function expectSize(
  { file, width, height }: BoxList['pictures'][number],
  from: { readonly width: number; readonly height: number },
  name: string,
  path: string,
): void {
  if ((width ?? from.width) === from.width && (height ?? from.height) === from.height) return;
  throw new DataFormatError('a picture is of another size than the file of boxes says', {
    file: path,
    received: `${from.width} × ${from.height} pixels, upright`,
    expected: `${width} × ${height}, as ${name} says of ${file}`,
    fix: 'use the pictures that the boxes were drawn on: in others they are at the wrong places',
  });
}
