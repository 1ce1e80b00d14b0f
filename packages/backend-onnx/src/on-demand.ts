// What reads and writes files loads when it is called: importing it took a process that only trains longer than compiling a small network.
import type * as AtOnce from './at-once.ts';

/** A function that is loaded at its first call. */
// biome-ignore lint/suspicious/noExplicitAny: a function of whatever arguments.
function later<F extends (...args: any[]) => Promise<unknown>>(load: () => Promise<F>): F {
  return (async (...args) => (await load())(...args)) as F;
}

export const compareOnnx: typeof AtOnce.compareOnnx = later(
  async () => (await import('./inspect/compare-onnx.ts')).compareOnnx,
);
export const drawOnnx: typeof AtOnce.drawOnnx = later(async () => (await import('./inspect/draw-onnx.ts')).drawOnnx);
export const exportGradients: typeof AtOnce.exportGradients = later(
  async () => (await import('./gradients/export-gradients.ts')).exportGradients,
);
export const exportOnnx: typeof AtOnce.exportOnnx = later(
  async () => (await import('./export/export-onnx.ts')).exportOnnx,
);
export const exportTraining: typeof AtOnce.exportTraining = later(
  async () => (await import('./training/export-training.ts')).exportTraining,
);
export const inspectOnnx: typeof AtOnce.inspectOnnx = later(
  async () => (await import('./inspect/inspect-onnx.ts')).inspectOnnx,
);
export const loadOnnx: typeof AtOnce.loadOnnx = later(async () => (await import('./inference/load-onnx.ts')).loadOnnx);
export const quantizeOnnx: typeof AtOnce.quantizeOnnx = later(
  async () => (await import('./quantize/quantize-onnx.ts')).quantizeOnnx,
);
