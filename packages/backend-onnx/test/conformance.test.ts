import { onnx } from '@descent/backend-onnx';
import { runConformance } from '@descent/conformance/vitest';
import { describe } from 'vitest';

describe.each(['cpu', 'webgpu'] as const)('onnx:cpu, %s dialect', (dialect) => {
  runConformance({ create: () => onnx({ threads: 1, dialect }) });
});
