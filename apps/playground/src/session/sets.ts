import { splitValidation } from '@descent/cli/config';
import { type ImagePreprocessing, type NDArray, ValueError } from '@descent/core';
import { type DatasetOf, mnistSample, type TextPreparation } from '@descent/datasets';
import { picturesOf } from '../data/pictures-of.ts';
import { loadPoints } from '../data/points.ts';
import type { Experiment } from '../state/experiment.ts';
import type { LabelledArrays, OwnData, SetName } from './protocol.ts';

export type Task = 'classification' | 'regression';

/** Samples and targets of one array each. */
export type Examples = DatasetOf<NDArray, NDArray>;

/** What an experiment trains on and is judged by. */
export interface Sets {
  readonly task: Task;
  readonly train: Examples;
  readonly validation: Examples | null;
  readonly test: Examples | null;
  /** How texts became tokens. */
  readonly text?: TextPreparation;
}

/** Loads the data of an experiment, and keeps back what validates, as `descent train` does: the same samples for the same seed. */
export async function loadSets({ data, validation, seed }: Experiment, own: OwnData | null): Promise<Sets> {
  const { train, test } = own === null ? await namedSets(data) : ownSets(own, picturesOf(data));
  const task: Task = train.classes.length > 0 ? 'classification' : 'regression';
  const known = { task, test, ...(own?.text !== undefined && { text: own.text }) };
  if (validation === undefined) return { ...known, train, validation: null };
  return { ...known, ...splitValidation(train, validation, seed) };
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

function ownSets({ train, test }: OwnData, pictures: ImagePreprocessing | null): Pick<Sets, 'train' | 'test'> {
  const examplesOf = ({ x, y, classes }: LabelledArrays, name: string): Examples => {
    const length = y.shape[0] ?? 0;
    // Numbers to predict are a column, as `linear(…, 1)` gives them.
    const column = y.dtype === 'float32' && y.shape.length === 1 ? { ...y, shape: [length, 1] } : y;
    const known = { licence: 'unknown', source: 'the page', citation: '', ...(pictures !== null && { pictures }) };
    return { name, length, classes, x, y: column, ...known };
  };
  return { train: examplesOf(train, 'train'), test: test === null ? null : examplesOf(test, 'test') };
}
