import { pictureTable, type Table } from '@descent/datasets';
import { pictureSample, resized } from './annotated-pictures.ts';
import type { DataSource, LoadedSet } from './data.ts';
import type { LabelledImagesData } from './define-config.ts';
import { takeTest } from './examples.ts';
import type { ConfigFiles } from './files.ts';
import { inConfigLater } from './in-config.ts';
import { readTexts } from './table-file.ts';

/** Pictures with a table of what they show. The table is read at once, the pictures are opened by `load`. */
export async function labelledImagesData(data: LabelledImagesData, files: ConfigFiles): Promise<DataSource> {
  const { images, labels, test, task = 'classification', file, target, separator, classes } = data;
  // Read early, so that a wrong path is told before a backend is opened.
  const rows = await readTable(data, labels, files);
  return {
    name: images,
    sample: pictureSample(data),
    task,
    async load({ signal } = {}) {
      const read = (folder: string, table: Table, known: readonly string[] | undefined): Promise<LoadedSet> =>
        inConfigLater('data', async () => ({
          ...(await pictureTable(files.folder(folder), table, {
            ...resized(data, signal),
            ...{ target, task },
            ...(file !== undefined && { file }),
            ...(separator !== undefined && { separator }),
            ...(known !== undefined && { classes: known }),
          })),
          name: folder,
        }));
      const train = await read(images, rows, classes);
      if (test === undefined) return { train, validation: null, test: null };
      if (typeof test === 'number' || 'share' in test) return { validation: null, ...takeTest(train, test) };
      const known = train.classes.length > 0 ? train.classes : undefined;
      const held = await read(test.images ?? images, await readTable(data, test.labels, files), known);
      return { train, validation: null, test: held };
    },
  };
}

/** Names of files may look like numbers, and so may labels where there are several in a text. */
function readTable(data: LabelledImagesData, path: string, files: ConfigFiles): Promise<Table> {
  const { file = 'file', target, separator } = data;
  return readTexts(files, path, data, [
    file,
    ...(separator !== undefined && typeof target === 'string' ? [target] : []),
  ]);
}
