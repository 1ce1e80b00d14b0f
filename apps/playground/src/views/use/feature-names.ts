import { useEffect, useState } from 'preact/hooks';
import { ownDataOf } from '../../data/own.ts';
import type { DataChoice } from '../../state/experiment.ts';

/** The names of the numbers that a network of a table is given: columns, and `colour=red` for texts; none while they are read. */
export function useFeatureNames(data: DataChoice): readonly string[] {
  const [names, setNames] = useState<readonly string[]>([]);
  const key = JSON.stringify(data);
  useEffect(() => {
    let isOver = false;
    setNames([]);
    if ('csv' in data)
      void ownDataOf({ data, seed: 0 }).then(
        (own) => {
          if (!isOver) setNames(own !== null && 'features' in own ? (own.features ?? []) : []);
        },
        // What is wrong with the table is said where it is chosen.
        () => {},
      );
    return () => {
      isOver = true;
    };
  }, [key]);
  return names;
}
