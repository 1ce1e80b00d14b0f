import { classProbabilities, type NDArray, type NDArrays, StateError } from '@descent/core';
import { isLeaf } from '@descent/core/backend';
import { subset } from '@descent/datasets';
import { evaluated, type Network } from './network.ts';
import type { Evaluation, Mistake, OutputView } from './protocol.ts';
import type { Examples } from './sets.ts';
import { scoresOf } from './training.ts';

/** The network's output for samples `[n, …]`: probabilities of classes where it says classes. */
export async function predicted({ trainer, kind, sets }: Network, x: NDArray): Promise<OutputView> {
  const output = (await trainer.predict(x)) as NDArrays;
  if (!isLeaf(output)) throw severalArrays('its outputs');
  if (sets.task !== 'classification' || kind === 'values') return { output, isProbabilities: false };
  const { rows, classes } = classProbabilities(output, kind);
  const data = Float32Array.from(rows.flatMap((row) => [...row]));
  return { output: { dtype: 'float32', shape: [rows.length, classes], data }, isProbabilities: true };
}

/** Scores of a set, and for classes the confusion matrix and the mistakes, the most certain first. */
export async function judged(network: Network, set: Examples, mistakes: number): Promise<Evaluation> {
  const { trainer, sets } = network;
  const batches = evaluated(set);
  const scores = scoresOf(await trainer.evaluate(batches.epoch(0)));
  if (sets.task !== 'classification' || network.kind === 'values' || !areLabelled(set))
    return { scores, confusion: null, mistakes: [] };
  const confusion = set.classes.map(() => set.classes.map(() => 0));
  const wrong: Omit<Mistake, 'sample'>[] = [];
  let index = 0;
  for (const { x, y } of batches.epoch(0) as Iterable<{ readonly x: NDArray; readonly y: NDArray }>) {
    const { output } = await predicted(network, x);
    const width = output.shape[1] as number;
    for (const label of y.data as Int32Array) {
      const at = index % batches.batchSize;
      const row = output.data.subarray(at * width, (at + 1) * width) as Float32Array;
      const best = row.reduce((most, value, c) => (value > (row[most] as number) ? c : most), 0);
      const counts = confusion[label] as number[];
      counts[best] = (counts[best] as number) + 1;
      if (best !== label) wrong.push({ index, label, predicted: best, probability: row[best] as number });
      index++;
    }
  }
  wrong.sort((a, b) => b.probability - a.probability || a.index - b.index);
  const shown = wrong.slice(0, mistakes);
  return { scores, confusion, mistakes: shown.map((one) => ({ ...one, sample: sampleAt(set, one.index) })) };
}

/** Whether samples are one array, and each has one label. */
function areLabelled({ x, y }: Examples): boolean {
  return isLeaf(x) && isLeaf(y) && y.shape.length === 1;
}

/** What views ask of one array, of a network that has several. */
export function severalArrays(what: string): StateError {
  return new StateError('the page shows networks of one array', {
    received: `a network of which ${what} are several`,
    fix: 'export it, and ask it with descent predict',
  });
}

function sampleAt(set: Examples, index: number): NDArray {
  const { dtype, shape, data } = subset(set, [index]).x as NDArray;
  return { dtype, shape: shape.slice(1), data } as NDArray;
}
