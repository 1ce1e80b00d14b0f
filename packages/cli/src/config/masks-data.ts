import { DataFormatError, maskFolder } from '@descent/datasets';
import { pictureSample, resized } from './annotated-pictures.ts';
import type { DataSource, LoadedSet } from './data.ts';
import type { MasksData } from './define-config.ts';
import { takeTest } from './examples.ts';
import type { ConfigFiles } from './files.ts';
import { inConfigLater } from './in-config.ts';

/** Pictures with masks, which say the class of each pixel. They are opened by `load`. */
export function masksData(data: MasksData, files: ConfigFiles): DataSource {
  const { images, masks, test, classes, palette, ignore, maskSuffix } = data;
  return {
    name: images,
    sample: pictureSample(data),
    task: 'segmentation',
    async load({ signal } = {}) {
      const read = (pictures: string, of: string, known: readonly string[] | undefined): Promise<LoadedSet> =>
        inConfigLater('data', async () => ({
          ...(await maskFolder(files.folder(pictures), files.folder(of), {
            ...resized(data, signal),
            ...(known !== undefined && { classes: known }),
            ...(palette !== undefined && { palette }),
            ...(ignore !== undefined && { ignore }),
            ...(maskSuffix !== undefined && { maskSuffix }),
          })),
          name: pictures,
        }));
      const train = await read(images, masks, classes);
      if (test === undefined) return { train, validation: null, test: null };
      if (typeof test === 'number' || 'share' in test) return { validation: null, ...takeTest(train, test) };
      const held = await read(test.images, test.masks, classes);
      return { train, validation: null, test: withClassesOf(train, held, files.nameOf(test.masks)) };
    },
  };
}

/** Masks whose classes are numbers name those that there are. Throws where the training masks lack one. */
function withClassesOf({ classes }: LoadedSet, test: LoadedSet, folder: string): LoadedSet {
  if (test.classes.length <= classes.length) return { ...test, classes };
  throw new DataFormatError('the test masks have a class that the training masks lack', {
    file: folder,
    received: String(test.classes.at(-1)),
    expected: classes.join(', '),
    fix: 'name all classes in the data: classes',
  });
}
