import { type ArrayDataset, blobs, circles, moons, spirals, type ToyOptions, xor } from '@descent/datasets';
import type { ToyData, ToyName } from '../state/experiment.ts';

const SETS: Readonly<Record<ToyName, (options: ToyOptions) => Promise<ArrayDataset>>> = {
  moons,
  circles,
  spirals,
  blobs,
  xor,
};

/** Both parts of a set of points, the same that are trained on. */
export async function loadPoints({ name, ...options }: ToyData): Promise<{
  readonly train: ArrayDataset;
  readonly test: ArrayDataset;
}> {
  return { train: await SETS[name](options), test: await SETS[name]({ ...options, train: false }) };
}
