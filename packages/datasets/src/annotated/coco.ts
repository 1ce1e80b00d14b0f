import { expectOptions } from '@descent/core';
import { isPlainRecord } from '../dataset-check.ts';
import { DataFormatError, reason } from '../errors.ts';
import { type DataSource, sourceBytes, sourceName } from '../sources/source.ts';
import { type BoxList, expectBox, type PictureBox } from './box-list.ts';

export interface CocoOptions {
  /** The most bytes of the file. Default 1 GiB. */
  readonly limit?: number;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Reads the boxes of a COCO file (`{ images, annotations, categories }`, JSON). Classes are the categories in the order of their ids, numbered from 0.
 * Annotations with `iscrowd: 1`, whose box is around many things, are left out, as is usual. Images without boxes stay.
 * @throws DataFormatError with the place, such as `annotations[3]`, for what is no COCO file, an id that is not there or there twice, a box of no size or with
 * NaN; DataFileError when the file is missing or too large.
 */
export async function readCocoBoxes(source: DataSource, options: CocoOptions = {}): Promise<BoxList> {
  expectOptions('readCocoBoxes', options, ['limit']);
  const { limit = 2 ** 30 } = options;
  const name = sourceName(source, 'COCO data');
  const file = parsed(await sourceBytes('readCocoBoxes', source, limit, name), name);
  const refuse: Refuse = (at, received, expected) =>
    new DataFormatError('the COCO file is not as it should be', {
      file: name,
      path: `${name} ${at}`,
      received,
      expected,
    });
  const rows = (key: string): readonly Row[] => {
    const list = isPlainRecord(file) ? file[key] : undefined;
    if (!Array.isArray(list))
      throw refuse(
        key,
        `${key}: ${list === undefined ? 'not there' : typeof list}`,
        'lists images, annotations and categories',
      );
    const wrong = list.findIndex((row) => !isPlainRecord(row));
    if (wrong >= 0)
      throw refuse(`${key}[${wrong}]`, JSON.stringify(list[wrong])?.slice(0, 100) ?? 'nothing', 'an object');
    return list as readonly Row[];
  };
  const categories = byId(rows('categories'), 'categories', refuse);
  const classes = [...categories.keys()].sort((a, b) => a - b);
  const labels = new Map(classes.map((id, label) => [id, label]));
  const images = byId(rows('images'), 'images', refuse);
  const files = new Map<string, number>();
  const boxes = new Map<number, PictureBox[]>();
  for (const [id, { row, at }] of images) {
    const path = row['file_name'];
    if (typeof path !== 'string' || path === '') throw refuse(at, `file_name ${String(path)}`, 'the name of a file');
    if (files.has(path)) throw refuse(at, `${path}, which is image ${files.get(path)} too`, 'each file once');
    for (const side of ['width', 'height']) {
      const value = row[side];
      const isSide = value === undefined || (Number.isInteger(value) && (value as number) > 0);
      if (!isSide) throw refuse(at, `${side} ${String(value)}`, 'a positive integer, or nothing');
    }
    files.set(path, id);
    boxes.set(id, []);
  }
  for (const [i, row] of rows('annotations').entries()) {
    const at = `annotations[${i}]`;
    const { image_id: image, category_id: category, bbox, iscrowd } = row;
    const own = boxes.get(image as number);
    if (own === undefined) throw refuse(at, `image_id ${String(image)}`, 'the id of one of the images');
    const label = labels.get(category as number);
    if (label === undefined)
      throw refuse(at, `category_id ${String(category)}`, `one of ${classes.slice(0, 20).join(', ')}`);
    if (iscrowd === 1 || iscrowd === true) continue;
    if (!Array.isArray(bbox) || bbox.length !== 4) {
      throw refuse(at, `bbox ${JSON.stringify(bbox)?.slice(0, 100) ?? 'not there'}`, 'bbox [x, y, width, height]');
    }
    const [x, y, width, height] = bbox.map((v: unknown) => (typeof v === 'number' ? v : Number.NaN)) as [
      number,
      number,
      number,
      number,
    ];
    const box: PictureBox = { x, y, width, height, label, at };
    expectBox(box, name, String(images.get(image as number)?.row['file_name']));
    own.push(box);
  }
  return {
    name,
    classes: classes.map((id) => String(categories.get(id)?.row['name'] ?? id)),
    pictures: [...files].map(([path, id]) => {
      const { width, height } = (images.get(id)?.row ?? {}) as { readonly width?: number; readonly height?: number };
      return {
        file: path,
        ...(width !== undefined && { width }),
        ...(height !== undefined && { height }),
        boxes: boxes.get(id) ?? [],
      };
    }),
  };
}

type Refuse = (at: string, received: string, expected: string) => DataFormatError;

function parsed(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new DataFormatError('the file is no JSON', {
      file: name,
      received: reason(cause),
      expected: 'a COCO file',
      cause,
    });
  }
}

/** Rows by their ids, with their places. */
function byId(
  rows: readonly Row[],
  key: string,
  refuse: Refuse,
): ReadonlyMap<number, { readonly row: Row; readonly at: string }> {
  const found = new Map<number, { readonly row: Row; readonly at: string }>();
  for (const [i, row] of rows.entries()) {
    const at = `${key}[${i}]`;
    const { id } = row;
    if (!Number.isSafeInteger(id)) throw refuse(at, `id ${String(id)}`, 'a whole number');
    const other = found.get(id as number);
    if (other !== undefined) throw refuse(at, `id ${String(id)}, as ${other.at}`, 'an id of its own');
    found.set(id as number, { row, at });
  }
  return found;
}
