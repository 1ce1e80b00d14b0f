import { type FoundFile, neededFiles } from '#platform/downloads.js';
import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition, Part } from '../definition.ts';
import { DataFormatError } from '../errors.ts';
import { HOUSING_TABLE } from '../known-contents.ts';
import { readCsv } from '../sources/csv.ts';
import type { Table } from '../sources/table.ts';
import { resolveOptions } from './options.ts';
import { partOf, type TableOptions } from './tables.ts';

const PARTS: readonly Part[] = ['train', 'test'];
const MEMBER = 'CaliforniaHousing/cal_housing.data';

export const CALIFORNIA_HOUSING: DatasetDefinition = {
  id: 'california-housing',
  name: 'CaliforniaHousing',
  summary: 'median house values of districts of California in 1990 by eight numbers',
  task: 'regression',
  classes: [],
  features: ['MedInc', 'HouseAge', 'AveRooms', 'AveBedrms', 'Population', 'AveOccup', 'Latitude', 'Longitude'],
  item: { shape: [8], dtype: 'float32' },
  items: { train: 16_512, test: 4_128 },
  licence: 'CC BY 4.0 (the copy on figshare); made from the US census of 1990',
  source: 'https://www.dcc.fc.up.pt/~ltorgo/Regression/cal_housing.html',
  citation: 'R. K. Pace, R. Barry: Sparse spatial autoregressions. Statistics & Probability Letters 33(3), 1997.',
  folder: 'CaliforniaHousing',
  mirrors: [],
  files: [
    {
      name: 'cal_housing.tgz',
      bytes: 441_963,
      sha256: 'aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681',
      parts: PARTS,
      urls: [
        'https://ndownloader.figshare.com/files/5976036',
        'https://www.dcc.fc.up.pt/~ltorgo/Regression/cal_housing.tgz',
      ],
      archive: { format: 'tar.gz', members: [MEMBER], unpackedBytes: 16_000_000 },
    },
  ],
  needs: PARTS.map((part) => ({ what: 'data', part, names: [MEMBER, 'cal_housing.data'], contents: HOUSING_TABLE })),
};

const COLUMNS = ['longitude', 'latitude', 'age', 'rooms', 'bedrooms', 'population', 'households', 'income', 'value'];

/**
 * 20,640 districts: `x` float32 `[n, 8]`, per household where scikit-learn's are, `y` float32 `[n]`, the median house value in 100,000 dollars. The split of
 * 16,512 and 4,128 is this package's own, at random; `all` gives every district.
 * @throws DataFileError when the file is missing and `download` is off, DownloadError when no mirror has it, DataFormatError when it is corrupt.
 */
export async function californiaHousing(options: TableOptions = {}): Promise<ArrayDataset<'float32'>> {
  const { part, ensure, finish } = resolveOptions(CALIFORNIA_HOUSING.name, options, ['all']);
  const files = await neededFiles(CALIFORNIA_HOUSING, part, ensure);
  const { source, name: file } = files.get('data') as FoundFile;
  const table = await readCsv(source, {
    name: file,
    header: COLUMNS,
    limit: 16_000_000,
    types: Object.fromEntries(COLUMNS.map((name) => [name, 'float64'])),
  });
  return finish(partOf(fromTable(table, file), part, options.all ?? false));
}

function fromTable({ columns, length }: Table, file: string): ArrayDataset<'float32'> {
  const [longitude, latitude, age, rooms, bedrooms, population, households, income, value] = columns.map(
    ({ data }) => data as Float64Array,
  );
  const { name, classes, features, licence, source, citation } = CALIFORNIA_HOUSING;
  const x = new Float32Array(8 * length);
  const y = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const at = (column: Float64Array | undefined): number => column?.[i] as number;
    const homes = at(households);
    const row = [at(income), at(age), at(rooms) / homes, at(bedrooms) / homes, at(population), at(population) / homes];
    x.set([...row, at(latitude), at(longitude)], 8 * i);
    y[i] = at(value) / 100_000;
  }
  const bad = x.findIndex((number) => !Number.isFinite(number));
  if (length === 0 || bad >= 0) {
    throw new DataFormatError('the housing data are damaged', {
      file,
      line: length === 0 ? 1 : Math.floor(bad / 8) + 1,
      received: length === 0 ? 'no rows' : 'a missing value, or a district without households',
      fix: 'remove the file, so that it is fetched again',
    });
  }
  return {
    name,
    length,
    classes,
    ...(features === undefined ? {} : { features }),
    x: { dtype: 'float32', shape: [length, 8], data: x },
    y: { dtype: 'float32', shape: [length], data: y },
    licence,
    source,
    citation,
  };
}
