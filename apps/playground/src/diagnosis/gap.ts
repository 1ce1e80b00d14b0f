import type { EpochScores, Scores } from '../session/protocol.ts';

/** Which held-out set the gap is measured with: the validation set where there is one, as core's rules take it. */
export type HeldOutSet = 'validation' | 'test';

/** How far training and held-out data are apart after the last epoch. */
export interface Gap {
  readonly set: HeldOutSet;
  readonly epoch: number;
  readonly train: Scores;
  readonly heldOut: Scores;
  /** Held out minus training: above zero where the network does better on what it was trained on. */
  readonly loss: number;
  /** Training minus held out, of one: above zero in the same case; `null` for numbers. */
  readonly accuracy: number | null;
  /** Where the held-out loss was lowest. */
  readonly lowest: { readonly epoch: number; readonly loss: number };
}

/** The gap after the last epoch; `null` before the first, and without held-out data. */
export function gapOf(epochs: readonly EpochScores[]): Gap | null {
  const last = epochs.at(-1);
  if (last === undefined) return null;
  const set: HeldOutSet = last.validation === null ? 'test' : 'validation';
  const heldOut = last[set];
  if (heldOut === null) return null;
  const lowest = epochs.reduce<Gap['lowest'] | null>((best, { epoch, [set]: scores }) => {
    if (scores === null || !Number.isFinite(scores.loss)) return best;
    return best === null || scores.loss < best.loss ? { epoch, loss: scores.loss } : best;
  }, null);
  const both = last.train.accuracy !== null && heldOut.accuracy !== null;
  return {
    ...{ set, epoch: last.epoch, train: last.train, heldOut },
    loss: heldOut.loss - last.train.loss,
    accuracy: both ? (last.train.accuracy as number) - (heldOut.accuracy as number) : null,
    lowest: lowest ?? { epoch: last.epoch, loss: heldOut.loss },
  };
}
