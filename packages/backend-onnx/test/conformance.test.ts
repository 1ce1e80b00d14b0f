import { onnx } from '@descent/backend-onnx';
import { runConformance, sharedTests } from '@descent/conformance/vitest';
import { describe } from 'vitest';
import { CPU_SKIPS, WEBGPU_DIALECT_SKIPS } from './skips.ts';

const skips = { cpu: CPU_SKIPS, webgpu: WEBGPU_DIALECT_SKIPS } as const;
const tests = sharedTests();

describe.each(['cpu', 'webgpu'] as const)('onnx:cpu, %s dialect', (dialect) => {
  runConformance({ create: () => onnx({ threads: 1, dialect }), skip: skips[dialect], tests });
});
