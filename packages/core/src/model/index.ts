export { forwardGraph, type SampleType } from './forward.ts';
export { type FixedTransform, type ImagePreprocessing, parseImagePreprocessing } from './image-preprocessing.ts';
export { expectParameters, initParameters, type Parameters } from './parameters.ts';
export { createPredictor, type Predictor, type PredictorOptions } from './predictor.ts';
export { decodeSafetensors, encodeSafetensors, type SafetensorsFile } from './safetensors.ts';
export { formatSummary, type Summary, type SummaryRow, summarize } from './summary.ts';
export { toParameters } from './to-parameters.ts';
export { type Prediction, type TopKOptions, topK } from './top-k.ts';
