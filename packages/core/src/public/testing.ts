export { opCases } from '../ops/all-cases.ts';
export type { Cases, OpCase } from '../ops/cases.ts';
export { bools, distinct, integers, values } from '../ops/cases.ts';
export {
  allCases,
  caseFeeds,
  caseGradientGraph,
  caseGraph,
  caseSecondGradientGraph,
  feedsFor,
  gradientInputs,
  type NamedCase,
  opsByName,
} from '../testing/case-graph.ts';
export { type EdgeCase, edgeCases } from '../testing/edges/edge-cases.ts';
export { type GradCheckOptions, type GradCheckResult, gradCheck } from '../testing/grad-check.ts';
export { type LenetRun, lenetRun } from '../testing/lenet.ts';
export { dot, formatArray, largestDifference, numericalGradient, type ScalarFunction } from '../testing/numerics.ts';
