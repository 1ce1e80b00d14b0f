import type { NetworkTrial, Trial } from './trial.ts';

/** What is known of a backend once all were measured; plain data. */
export type Result =
  /** In milliseconds: the geometric mean over the networks. */
  | { readonly name: string; readonly state: 'measured'; readonly msPerStep: number }
  /** `wrong`: its numbers are others than those of the reference interpreter. */
  | { readonly name: string; readonly state: 'missing' | 'failed' | 'wrong'; readonly problem: string };

type Measured = Extract<Trial, { readonly state: 'measured' }>;

/** Between two losses, relative to the larger. Rounding makes 1e-6, products in TF32 make 1e-3 of a product; each step changes a loss by a tenth. */
const TOLERANCE = 2e-3;

/**
 * What `trials` say. Losses of backends that agree are right; where two differ, or there is one alone, the reference interpreter says which are,
 * which `reference` measures.
 */
export async function judge(trials: readonly Trial[], reference: () => Promise<Trial>): Promise<readonly Result[]> {
  const measured = trials.filter((trial) => trial.state === 'measured');
  const [first, ...others] = measured;
  if (first === undefined) return trials.filter((trial) => trial.state !== 'measured');
  const agree = others.length > 0 && others.every((other) => differenceOf(other, first) === null);
  const standard = agree ? first : await reference();
  return trials.map((trial) => {
    if (trial.state !== 'measured') return trial;
    const difference = standard.state === 'measured' ? differenceOf(trial, standard) : standard.problem;
    return difference === null
      ? { name: trial.name, state: 'measured', msPerStep: meanOf(trial) }
      : { name: trial.name, state: 'wrong', problem: difference };
  });
}

/** The first loss in which two backends differ, for people; null where there is none. */
function differenceOf(trial: Measured, standard: Measured): string | null {
  for (const [i, { network, losses }] of standard.networks.entries()) {
    const own = trial.networks[i] as NetworkTrial;
    for (let step = 0; step < Math.min(losses.length, own.losses.length); step++) {
      const [a, b] = [own.losses[step] as number, losses[step] as number];
      // Also where one of them is NaN.
      if (Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b))) continue;
      return `its loss at step ${step + 1} of the ${network} is ${a.toPrecision(6)}, that of ${standard.name} ${b.toPrecision(6)}`;
    }
  }
  return null;
}

function meanOf({ networks }: Measured): number {
  const logs = networks.map(({ msPerStep }) => Math.log(Math.max(msPerStep, 1e-6)));
  return Math.exp(logs.reduce((sum, v) => sum + v, 0) / logs.length);
}
