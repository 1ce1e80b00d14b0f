import type { Skip } from '@descent/conformance';

/** What ONNX Runtime's kernels for the processor cannot do. The same in words: docs/edge-semantics.md. */
export const CPU_SKIPS: readonly Skip[] = [
  {
    reason:
      'MaxPool of ONNX Runtime leaves NaN out, and gives the smallest float for a window of −∞; looking for them would take a second pass over all images',
    tests: [
      'edge/maxPool kernel 2/NaN and infinities/*',
      'edge/maxPool kernel 3*/NaN and infinities/*',
      'edge/maxPool kernel 3, stride 1*/negative pixels/forward',
    ],
  },
];

/** In WebAssembly, pooling of two by two pixels sees NaN. */
export const WASM_SKIPS: readonly Skip[] = CPU_SKIPS.map(({ reason, tests }) => ({
  reason,
  tests: tests.map((name) => name.replace('kernel 2/NaN and infinities/*', 'kernel 2/NaN and infinities/gradient')),
}));

/** The same for models in the WebGPU dialect. */
export const WEBGPU_DIALECT_SKIPS: readonly Skip[] = [
  {
    reason: 'MaxPool of ONNX Runtime leaves NaN out, and gives the smallest float for a window of −∞',
    tests: [
      'edge/maxPool kernel 2/NaN and infinities/*',
      'edge/maxPool kernel 3*/NaN and infinities/*',
      'edge/maxPool kernel 3, stride 1*/negative pixels/*',
    ],
  },
  {
    reason: 'a maximum is found again by comparing, and NaN equals nothing',
    tests: ['edge/maxPool kernel 1*/NaN and infinities/gradient'],
  },
];
