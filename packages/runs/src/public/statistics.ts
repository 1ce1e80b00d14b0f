// By itself, so that pages can import it: nothing of Node is reachable.
export { holm } from '../statistics/holm.ts';
export { mcnemar, type PairedAccuracy } from '../statistics/mcnemar.ts';
export { type PairedDifference, type PairedOptions, pairedPermutation } from '../statistics/sign-flips.ts';
export { type MeanDifference, type Spread, spreadOf, welch } from '../statistics/welch.ts';
