import { GRAPHICS_LIMITS, type Skip } from '@descent/conformance';
import type { BackendName } from './devices.ts';

const ONNX_RUNTIME: Skip = {
  reason: 'MaxPool of ONNX Runtime leaves NaN out, and gives the smallest float for a window of −∞',
  tests: ['edge/maxPool*'],
};

const TFJS_GRAPHICS: Skip = {
  reason: 'most of its kernels compute with floats, which hold integers to 2^24',
  tests: ['*int32*wraps*', '*int32*beyond*', '*int32*by zero*', '*int32*ends at*', '*uint8 wraps around int32*'],
};

const CUDA: Skip = {
  reason: 'the gradient of a maximum over equal infinities is NaN on an NVIDIA H200',
  tests: ['op/max/gradient/infinities'],
};

/** Tests of what an engine is known not to do; docs/edge-semantics.md says so. */
export function limitsOf(name: BackendName): readonly Skip[] {
  switch (name) {
    case 'reference':
    case 'tfjs:node-gpu':
      return [];
    case 'onnx:cpu':
    case 'onnx:wasm':
      return [ONNX_RUNTIME];
    case 'tfjs:webgl':
    case 'tfjs:webgpu':
      return [...GRAPHICS_LIMITS, TFJS_GRAPHICS];
    case 'onnx:cuda':
      return [...GRAPHICS_LIMITS, CUDA];
    default:
      return GRAPHICS_LIMITS;
  }
}
