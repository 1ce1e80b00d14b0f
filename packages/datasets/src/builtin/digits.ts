import { digitsFile } from '#platform/embedded.js';
import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { DataFormatError } from '../errors.ts';
import { gunzipIfNeeded } from '../sources/gzip.ts';
import { resolveOptions } from './options.ts';
import { greyDrawing } from './pictures.ts';
import { partOf, type TableOptions } from './tables.ts';

const IMAGES = 1_797;
const PIXELS = 64;

export const DIGITS: DatasetDefinition = {
  id: 'digits',
  name: 'Digits',
  summary: 'handwritten digits, 8 × 8 grey from 0 to 16, white on black; inside the package',
  task: 'classification',
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  item: { shape: [1, 8, 8], dtype: 'uint8' },
  pictures: greyDrawing(8, 16),
  items: { train: 1_438, test: 359 },
  licence: 'CC BY 4.0',
  source: 'https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits',
  citation: 'E. Alpaydin, C. Kaynak: Optical recognition of handwritten digits. UCI Machine Learning Repository, 1998.',
  folder: 'Digits',
  mirrors: [],
  files: [],
  needs: [],
};

/**
 * 1,797 small digits, which ship with this package: `x` uint8 `[n, 1, 8, 8]` with values from 0 to 16, `y` `[n]`. They are the test half of the
 * publisher's set; the split of 1,438 and 359 is this package's own, with the same share of each digit; `all` gives every digit.
 */
export async function digits(options: TableOptions = {}): Promise<ArrayDataset> {
  const { part, finish } = resolveOptions(DIGITS.name, options, ['all']);
  const size = IMAGES * (1 + PIXELS);
  const { packed, path } = await digitsFile(size);
  const bytes = await gunzipIfNeeded(packed, size, path);
  if (bytes.length !== size) {
    throw new DataFormatError('the embedded digits are damaged', {
      file: path,
      offset: bytes.length,
      received: `${bytes.length} bytes`,
      expected: `${size} bytes`,
      fix: 'install @descent/datasets again',
    });
  }
  const { name, classes, licence, source, citation, pictures } = DIGITS;
  const all: ArrayDataset = {
    name,
    classes,
    licence,
    source,
    citation,
    ...(pictures !== undefined && { pictures }),
    length: IMAGES,
    x: { dtype: 'uint8', shape: [IMAGES, 1, 8, 8], data: bytes.slice(IMAGES) },
    y: { dtype: 'int32', shape: [IMAGES], data: Int32Array.from(bytes.subarray(0, IMAGES)) },
  };
  return finish(partOf(all, part, options.all ?? false));
}
