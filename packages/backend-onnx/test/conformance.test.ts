import { onnx } from '@descent/backend-onnx';
import type { Skip } from '@descent/conformance';
import { runConformance, sharedTests } from '@descent/conformance/vitest';
import { describe } from 'vitest';

/** The same in words: docs/edge-semantics.md. */
const skip = {
  cpu: [
    {
      reason:
        'MaxPool of ONNX Runtime leaves NaN out, and gives the smallest float for a window of −∞; looking for them would take a second pass over all images',
      tests: [
        'edge/maxPool kernel 2/NaN and infinities/*',
        'edge/maxPool kernel 3*/NaN and infinities/*',
        'edge/maxPool kernel 3, stride 1*/negative pixels/forward',
      ],
    },
  ],
  webgpu: [
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
  ],
} as const satisfies Record<string, readonly Skip[]>;

const tests = sharedTests();

describe.each(['cpu', 'webgpu'] as const)('onnx:cpu, %s dialect', (dialect) => {
  runConformance({ create: () => onnx({ threads: 1, dialect }), skip: skip[dialect], tests });
});
