export type { ArgumentKind } from '../config/argument.ts';
export { buildInitializer, buildLayer, buildLoss, buildMetrics, buildModel, buildOptimizer } from '../config/calls.ts';
export { type DataPath, dataPaths } from '../config/data-paths.ts';
export type {
  BoxesData,
  Call,
  CorpusData,
  CsvData,
  DatasetName,
  DescentConfig,
  Examples,
  FileData,
  ImagesData,
  ImdbData,
  InitConfig,
  LabelledImagesData,
  MasksData,
  NamedData,
  NpzData,
  OwnData,
  SeriesData,
  Share,
  TableData,
  TextsData,
  TokenizerChoice,
} from '../config/define-config.ts';
export { type ArgumentDescription, type CallDescription, type CallKind, describeCalls } from '../config/describe.ts';
export { parseJson } from '../config/json.ts';
export type { DataTask } from '../config/loss.ts';
export { parseConfig } from '../config/parse.ts';
export { type PreparedFiles, type PrepareFilesOptions, prepareFiles } from '../config/prepare-files.ts';
export { buildRecipe, type Recipe } from '../config/recipe.ts';
export { validateConfig } from '../config/schema.ts';
export { takeTestRows } from '../config/split-rows.ts';
export { splitValidation } from '../config/split-validation.ts';
export { CHARACTER_KINDS, charactersOf, type TextSetOptions, textSet } from '../config/text-set.ts';
export { UsageError } from '../errors.ts';
