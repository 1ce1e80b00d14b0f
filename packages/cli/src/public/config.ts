export type { ArgumentKind } from '../config/argument.ts';
export { buildLayer, buildLoss, buildMetrics, buildModel, buildOptimizer } from '../config/calls.ts';
export type {
  Call,
  CsvData,
  DatasetName,
  DescentConfig,
  Examples,
  ImagesData,
  NamedData,
  NpzData,
  OwnData,
  Share,
} from '../config/define-config.ts';
export { type ArgumentDescription, type CallDescription, type CallKind, describeCalls } from '../config/describe.ts';
export { parseJson } from '../config/json.ts';
export type { DataTask } from '../config/loss.ts';
export { parseConfig } from '../config/parse.ts';
export { buildRecipe, type Recipe } from '../config/recipe.ts';
export { validateConfig } from '../config/schema.ts';
export { splitValidation } from '../config/split-validation.ts';
export { UsageError } from '../errors.ts';
