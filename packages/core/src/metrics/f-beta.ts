import type { Node } from '../ir/node.ts';
import { expectKind, expectNumber } from '../options.ts';
import { averaged, type CountOptions, counted } from './_counts.ts';
import type { Metric } from './metric.ts';

export interface FBetaOptions extends CountOptions {
  /** How many times as much recall counts as precision. Default 1. */
  readonly beta?: number;
}

/**
 * The weighted harmonic mean of precision and recall (van Rijsbergen 1979), `(1 + β²)·tp / (given + β²·right)`; scikit-learn's `fbeta_score`, over
 * whole data sets.
 */
export function fBeta(options: FBetaOptions = {}): Metric<Node, Node, 'f_beta'> {
  expectKind('the options of fBeta', options, 'record', '{ beta: 2 }');
  const { beta = 1, ...others } = options;
  expectNumber('fBeta.beta', beta, { least: 0 });
  return of('fBeta', 'f_beta', others, beta);
}

/** `fBeta` with β = 1: scikit-learn's `f1_score`, which is also the Dice coefficient of the counts. */
export function f1(options: CountOptions = {}): Metric<Node, Node, 'f1'> {
  return of('f1', 'f1', options, 1);
}

function of<Name extends string>(
  called: string,
  name: Name,
  options: CountOptions,
  beta: number,
): Metric<Node, Node, Name> {
  const weight = beta ** 2;
  return counted({
    name,
    of: called,
    options,
    number: (counts, average) =>
      averaged(counts, average, (both, given, right) => ((1 + weight) * both) / (given + weight * right)),
  });
}
