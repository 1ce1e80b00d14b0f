import { type DataTask, type PreparedFiles, splitValidation } from '@descent/cli/config';
import { type ImagePreprocessing, type NDArrays, ValueError } from '@descent/core';
import { type DatasetOf, mnistSample, type TextPreparation } from '@descent/datasets';
import { picturesOf } from '../data/pictures-of.ts';
import { loadPoints } from '../data/points.ts';
import type { Experiment } from '../state/experiment.ts';
import type { LabelledArrays, OwnArrays, OwnData, SetName } from './protocol.ts';

/** Samples and targets, of one array each or of several by name. */
export type Examples = DatasetOf<NDArrays, NDArrays>;

/** What an experiment trains on and is judged by. */
export interface Sets {
  readonly task: DataTask['task'];
  /** Names of the targets, where there are several. */
  readonly targets?: readonly string[];
  readonly train: Examples;
  readonly validation: Examples | null;
  readonly test: Examples | null;
  /** How texts became tokens. */
  readonly text?: TextPreparation;
  /** How rows became samples, for the metadata of an exported file. */
  readonly preparation?: Pick<PreparedFiles, 'table' | 'windows'>;
}

/** Loads the data of an experiment, and keeps back what validates, as `descent train` does: the same samples for the same seed. */
export async function loadSets({ data, validation, seed }: Experiment, own: OwnData | null): Promise<Sets> {
  if (own !== null && 'notes' in own) return setsOfFiles(own);
  const { train, test } = own === null ? await namedSets(data) : ownSets(own, picturesOf(data));
  const task: Sets['task'] = train.classes.length > 0 ? 'classification' : 'regression';
  const known = { task, test, ...(own?.text !== undefined && { text: own.text }) };
  if (validation === undefined) return { ...known, train, validation: null };
  return { ...known, ...splitValidation(train, validation, seed) };
}

/** They were split when they were prepared. */
function setsOfFiles({ task, targets, train, validation, test, text, table, windows, buckets }: PreparedFiles): Sets {
  if (buckets !== undefined)
    throw new ValueError('the page does not cut batches to the lengths of their texts', {
      path: 'data.buckets',
      received: buckets.join(', '),
      fix: 'leave buckets out, or train with the descent command',
    });
  return {
    ...{ task, train, validation, test },
    ...(targets !== undefined && { targets }),
    ...(text !== undefined && { text }),
    preparation: { ...(table !== undefined && { table }), ...(windows !== undefined && { windows }) },
  };
}

/** One of the sets. Throws a ValueError where the experiment has none of that name. */
export function setOf(sets: Sets, name: SetName): Examples {
  const set = sets[name];
  if (set !== null) return set;
  throw new ValueError(`there are no ${name} data`, {
    path: 'set',
    received: name,
    expected: (['train', 'validation', 'test'] as const).filter((one) => sets[one] !== null).join(', '),
  });
}

async function namedSets(data: Experiment['data']): Promise<Pick<Sets, 'train' | 'test'>> {
  if ('name' in data) {
    return data.name === 'mnist-sample'
      ? { train: await mnistSample({ train: true }), test: await mnistSample({ train: false }) }
      : loadPoints(data);
  }
  throw new ValueError('there are no such data in this page', { path: 'data', received: JSON.stringify(data) });
}

function ownSets({ train, test }: OwnArrays, pictures: ImagePreprocessing | null): Pick<Sets, 'train' | 'test'> {
  const examplesOf = ({ x, y, classes }: LabelledArrays, name: string): Examples => {
    const length = y.shape[0] ?? 0;
    // Numbers to predict are a column, as `linear(…, 1)` gives them.
    const column = y.dtype === 'float32' && y.shape.length === 1 ? { ...y, shape: [length, 1] } : y;
    const known = { licence: 'unknown', source: 'the page', citation: '', ...(pictures !== null && { pictures }) };
    return { name, length, classes, x, y: column, ...known };
  };
  return { train: examplesOf(train, 'train'), test: test === null ? null : examplesOf(test, 'test') };
}
