import { ValueError } from '@descent/core';
import type { ArrayDataset } from '../dataset.ts';
import { DataFileError, DataFormatError } from '../errors.ts';
import type { Placed } from '../image/load-image.ts';
import { endingOf, type ImageEntries, type ImageEntry } from '../sources/image-entries.ts';
import { expectRoom, severalAtOnce } from '../sources/several-at-once.ts';
import { sourceBytes } from '../sources/source.ts';
import { NO_CLASS } from '../transforms/annotations.ts';
import { type Mask, type MaskOptions, maskRules, readMask } from './mask-values.ts';
import {
  type AnnotatedOptions,
  annotatedSettings,
  nameOf,
  openPicture,
  picturesIn,
  preprocessingFor,
  rootOf,
} from './pictures.ts';

export interface MaskFolderOptions extends AnnotatedOptions, MaskOptions {
  /** What stands in the names of masks behind the name of the picture, such as `'_mask'` for `1_mask.png`. Default: nothing. */
  readonly maskSuffix?: string;
}

/**
 * Reads pictures with masks for segmentation into memory: `x` uint8 `[n, channels, height, width]`, `y` int32 `[n, height, width]`, the class of each pixel,
 * or -100 where it has none. The mask of `a/1.jpg` is `a/1.png` in the folder of masks: a PNG file whose numbers are the classes, or whose colours are those
 * of `palette`. Both are resized alike, the mask by the nearest pixel; what `fit: 'contain'` adds has no class. The dataset says `annotations`, so that
 * transforms move masks along.
 * @throws DataFileError for a picture without a mask, a mask without a picture, two of the same name, a limit; DataFormatError for a mask of another size, a
 * pixel of no class, a file that is none; ValueError for a wrong option.
 */
export async function maskFolder(
  pictures: string | ImageEntries,
  masks: string | ImageEntries,
  options: MaskFolderOptions = {},
): Promise<ArrayDataset> {
  const settings = annotatedSettings('maskFolder', options, ['palette', 'ignore', 'maskSuffix']);
  const rules = maskRules('maskFolder', options);
  const { maskSuffix = '' } = options;
  const root = rootOf(pictures);
  const pairs = paired(await picturesIn('maskFolder', pictures), await picturesIn('maskFolder', masks), maskSuffix);
  const preprocessing = await preprocessingFor(
    root,
    pairs.map(({ picture }) => picture),
    settings,
  );
  const { width, height, channels } = preprocessing;
  const plane = height * width;
  expectRoom(root, pairs.length, (channels + 4) * plane, settings.limit);
  const known = settings.classes?.length ?? options.palette?.length;
  if (settings.classes !== undefined && options.palette !== undefined && known !== options.palette.length) {
    throw new ValueError('maskFolder: classes and palette belong together', {
      received: `${settings.classes.length} classes, ${options.palette.length} colours`,
      expected: 'a colour for each class',
    });
  }
  const x = new Uint8Array(pairs.length * channels * plane);
  const y = new Int32Array(pairs.length * plane).fill(NO_CLASS);
  await severalAtOnce(pairs, settings, async ({ picture, mask }, index) => {
    const opened = await openPicture(picture, preprocessing, settings);
    const file = nameOf(mask);
    const bytes = await sourceBytes('maskFolder', mask.source, settings.fileLimit, file);
    const read = await readMask(bytes, file, rules, { maxPixels: settings.maxPixels, classes: known });
    if (read.width !== opened.from.width || read.height !== opened.from.height) {
      throw new DataFormatError('the mask is of another size than its picture', {
        file,
        received: `${read.width} × ${read.height} pixels`,
        expected: `${opened.from.width} × ${opened.from.height}, as ${nameOf(picture)}${picture.path.match(/jpe?g$/i) ? ' turned upright' : ''}`,
      });
    }
    x.set(opened.data, index * channels * plane);
    putMask(read, opened.placed, y.subarray(index * plane, (index + 1) * plane), width);
  });
  const largest = y.reduce((most, label) => Math.max(most, label), -1);
  return {
    name: root,
    length: pairs.length,
    classes: settings.classes ?? Array.from({ length: known ?? largest + 1 }, (_, label) => String(label)),
    x: { dtype: 'uint8', shape: [pairs.length, channels, height, width], data: x },
    y: { dtype: 'int32', shape: [pairs.length, height, width], data: y },
    pictures: preprocessing,
    annotations: { kind: 'mask' },
    licence: 'unknown',
    source: root,
    citation: '',
  };
}

interface Pair {
  readonly picture: ImageEntry;
  readonly mask: ImageEntry;
}

/** Pictures with the masks of their names. Throws a `DataFileError` where one has no other. */
function paired(pictures: readonly ImageEntry[], masks: readonly ImageEntry[], suffix: string): readonly Pair[] {
  const byName = new Map<string, ImageEntry>();
  for (const mask of masks) {
    const stem = stemOf(mask.path);
    // Other files may lie beside masks that are known by their ending.
    if (stem.endsWith(suffix)) putOnce(byName, stem.slice(0, stem.length - suffix.length), mask);
  }
  const seen = new Map<string, ImageEntry>();
  const pairs = pictures.flatMap((picture): readonly Pair[] => {
    const stem = stemOf(picture.path);
    if (suffix !== '' && stem.endsWith(suffix) && !byName.has(stem)) return [];
    putOnce(seen, stem, picture);
    const mask = byName.get(stem);
    if (mask !== undefined) return [{ picture, mask }];
    throw new DataFileError('a picture has no mask', {
      file: nameOf(picture),
      received: `${byName.size} masks, none called ${stem}${suffix}.png`,
      expected: 'a mask of the same name for each picture',
      fix: suffix === '' ? "say what the names of masks end in, such as maskSuffix: '_mask'" : undefined,
    });
  });
  const stray = [...byName].find(([stem]) => !seen.has(stem));
  if (stray === undefined) return pairs;
  throw new DataFileError('a mask has no picture', {
    file: nameOf(stray[1]),
    received: `${pictures.length} pictures, none called ${stray[0]}`,
    expected: 'a picture of the same name for each mask',
  });
}

function stemOf(path: string): string {
  return path.slice(0, path.length - endingOf(path).length);
}

function putOnce(found: Map<string, ImageEntry>, stem: string, entry: ImageEntry): void {
  const other = found.get(stem);
  if (other !== undefined) {
    throw new DataFileError('two files have the same name, so that it is not known which belongs to which', {
      file: nameOf(entry),
      received: `${other.path} and ${entry.path}`,
      expected: 'one file of a name, whatever its ending',
    });
  }
  found.set(stem, entry);
}

/** Writes the mask where its picture is in the item, by the nearest pixel. */
function putMask(mask: Mask, { left, top, width, height }: Placed, out: Int32Array, rowLength: number): void {
  const columns = Int32Array.from({ length: width }, (_, i) => Math.floor(((i + 0.5) * mask.width) / width));
  for (let i = 0; i < height; i++) {
    const row = Math.floor(((i + 0.5) * mask.height) / height) * mask.width;
    const at = (top + i) * rowLength + left;
    for (let k = 0; k < width; k++) out[at + k] = mask.classes[row + (columns[k] as number)] as number;
  }
}
