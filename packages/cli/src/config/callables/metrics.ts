import type * as core from '@descent/core';
import {
  type AnyMetric,
  accuracy,
  auroc,
  averagePrecision,
  balancedAccuracy,
  binaryAccuracy,
  bleu,
  brier,
  calibrationError,
  cohenKappa,
  editDistance,
  exactMatch,
  f1,
  fBeta,
  jaccard,
  logLoss,
  mae,
  mape,
  matthewsCorrelation,
  metricOn,
  pearson,
  perplexity,
  precision,
  r2,
  recall,
  rmse,
  spearman,
  topKAccuracy,
} from '@descent/core';
import { COUNT, METRIC, NUMBER, oneOf, or, PARTS, SHARE, WHOLE } from '../argument.ts';
import { callable, type TableOf } from '../callable.ts';

const SCORES = {
  output: oneOf('logits', 'logit', 'probabilities', 'log-probabilities'),
  ignoreIndex: WHOLE,
};
const THRESHOLD = { threshold: or(SHARE, 0.5) };
const COUNTED = { ...SCORES, ...THRESHOLD };
const AVERAGED = { ...COUNTED, average: oneOf('binary', 'macro', 'micro', 'weighted') };
const RANKED = { ...SCORES, average: or(oneOf('macro', 'weighted'), 'macro') };

// biome-ignore lint/complexity/noBannedTypes: a function has a name, too, and is no metric.
export const METRICS: TableOf<typeof core, AnyMetric, AnyMetric, Function> = {
  accuracy: callable(accuracy, {}, { ignoreIndex: WHOLE }),
  binaryAccuracy: callable(binaryAccuracy, {}, THRESHOLD),
  exactMatch: callable(exactMatch, {}, THRESHOLD),
  topKAccuracy: callable(topKAccuracy, { k: COUNT }, SCORES),
  balancedAccuracy: callable(balancedAccuracy, {}, COUNTED),
  precision: callable(precision, {}, AVERAGED),
  recall: callable(recall, {}, AVERAGED),
  f1: callable(f1, {}, AVERAGED),
  fBeta: callable(fBeta, {}, { ...AVERAGED, beta: or(NUMBER, 1) }),
  jaccard: callable(jaccard, {}, AVERAGED),
  cohenKappa: callable(cohenKappa, {}, COUNTED),
  matthewsCorrelation: callable(matthewsCorrelation, {}, COUNTED),
  auroc: callable(auroc, {}, RANKED),
  averagePrecision: callable(averagePrecision, {}, RANKED),
  logLoss: callable(logLoss, {}, SCORES),
  brier: callable(brier, {}, SCORES),
  calibrationError: callable(calibrationError, {}, { ...SCORES, bins: or(COUNT, 15) }),
  perplexity: callable(perplexity, {}, SCORES),
  mae: callable(mae),
  rmse: callable(rmse),
  mape: callable(mape),
  r2: callable(r2),
  pearson: callable(pearson),
  spearman: callable(spearman),
  editDistance: callable(editDistance, {}, { padding: WHOLE }),
  bleu: callable(bleu, {}, { padding: WHOLE, maxN: or(COUNT, 4) }),
  metricOn: callable(metricOn, { names: PARTS, metric: METRIC }),
};
