// What reads and writes files, for pages: their bundlers leave out what is not used, and cut better where nothing of it loads later.
export { exportOnnx } from './export/export-onnx.ts';
export { exportGradients } from './gradients/export-gradients.ts';
export { loadOnnx } from './inference/load-onnx.ts';
export { compareOnnx } from './inspect/compare-onnx.ts';
export { drawOnnx } from './inspect/draw-onnx.ts';
export { inspectOnnx } from './inspect/inspect-onnx.ts';
export { quantizeOnnx } from './quantize/quantize-onnx.ts';
export { exportTraining } from './training/export-training.ts';
