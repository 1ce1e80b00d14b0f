import { type ArrayDataset, DataFormatError, imageFolder } from '@descent/datasets';
import type { DataSource } from './data.ts';
import type { ImagesData } from './define-config.ts';
import { takeTest } from './examples.ts';
import type { ConfigFiles } from './files.ts';

/** A folder of images with one folder a class. They are opened by `load`. */
export function imagesData({ images, test, ...options }: ImagesData, files: ConfigFiles): DataSource {
  const { width = 28, height = 28, channels = 1 } = options;
  return {
    name: images,
    sample: { shape: [channels, height, width], dtype: 'uint8' },
    task: 'classification',
    async load({ signal } = {}) {
      const read = async (folder: string): Promise<ArrayDataset> => ({
        ...(await imageFolder(files.folder(folder), { ...options, ...(signal !== undefined && { signal }) })),
        name: folder,
      });
      const train = await read(images);
      if (test === undefined) return { train, validation: null, test: null };
      if (typeof test !== 'string') return { validation: null, ...takeTest(train, test) };
      return { train, validation: null, test: withClassesOf(train, await read(test), files.nameOf(test)) };
    },
  };
}

/** The same images with the labels that their classes have in `train`: a test folder may lack some. */
function withClassesOf({ classes }: ArrayDataset, test: ArrayDataset, folder: string): ArrayDataset {
  const unknown = test.classes.find((name) => !classes.includes(name));
  if (unknown !== undefined) {
    throw new DataFormatError('the test images have a class that the training images lack', {
      file: folder,
      received: unknown,
      expected: classes.join(', '),
      fix: 'remove the folder, or put images of the class into the training data',
    });
  }
  const labels = test.classes.map((name) => classes.indexOf(name));
  return { ...test, classes, y: { ...test.y, data: test.y.data.map((label) => labels[label] as number) } };
}
