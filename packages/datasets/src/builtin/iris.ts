import { irisFile } from '#platform/embedded.js';
import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { readCsv } from '../sources/csv.ts';
import { tableDataset } from '../sources/table-dataset.ts';
import { resolveOptions } from './options.ts';
import { partOf, type TableOptions } from './tables.ts';

export const IRIS: DatasetDefinition = {
  id: 'iris',
  name: 'Iris',
  summary: 'flowers of three species by four lengths in cm; inside the package',
  task: 'classification',
  classes: ['setosa', 'versicolor', 'virginica'],
  features: ['sepal length', 'sepal width', 'petal length', 'petal width'],
  item: { shape: [4], dtype: 'float32' },
  items: { train: 120, test: 30 },
  licence: 'CC BY 4.0',
  source: 'https://archive.ics.uci.edu/dataset/53/iris',
  citation: 'R. A. Fisher: The use of multiple measurements in taxonomic problems. Annals of Eugenics 7(2), 1936.',
  folder: 'Iris',
  mirrors: [],
  files: [],
  needs: [],
};

/**
 * 150 flowers, which ship with this package: `x` float32 `[n, 4]`, `y` `[n]`. The split of 120 and 30 is this package's own, with the same share of each
 * species; `all` gives every flower.
 */
export async function iris(options: TableOptions = {}): Promise<ArrayDataset> {
  const { part, finish } = resolveOptions(IRIS.name, options, ['all']);
  const { name, licence, source, citation } = IRIS;
  const { packed, path } = await irisFile(100_000);
  const table = await readCsv(packed, { name: path });
  const all = tableDataset(table, { target: 'species', name, licence, source, citation });
  return finish(partOf(all, part, options.all ?? false));
}
