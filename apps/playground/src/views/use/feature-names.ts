import { readCsv } from '@descent/datasets';
import { useEffect, useState } from 'preact/hooks';
import { readKept } from '../../data/kept.ts';
import { TABLE_LIMITS } from '../../data/limits.ts';
import type { CsvData, DataChoice } from '../../state/experiment.ts';

/** The columns that a network of a table is given, in their order; none while they are read, and where columns became several numbers each. */
export function useFeatureNames(data: DataChoice): readonly string[] {
  const [names, setNames] = useState<readonly string[]>([]);
  const key = JSON.stringify(data);
  useEffect(() => {
    let isOver = false;
    setNames([]);
    if ('csv' in data)
      void namesOf(data)
        .catch(() => [])
        .then((found) => {
          if (!isOver) setNames(found);
        });
    return () => {
      isOver = true;
    };
  }, [key]);
  return names;
}

async function namesOf({
  csv,
  target,
  features,
  oneHot = [],
  delimiter,
  decimal,
}: CsvData): Promise<readonly string[]> {
  if (oneHot.length > 0) return [];
  if (features !== undefined) return features;
  const file = (await readKept()).tables.find(({ name }) => name === csv)?.file;
  if (file === undefined) return [];
  const { columns } = await readCsv(file, {
    ...TABLE_LIMITS,
    name: csv,
    ...(delimiter !== undefined && { delimiter }),
    ...(decimal !== undefined && { decimal }),
  });
  return columns.map(({ name }) => name).filter((name) => name !== target);
}
