import { createRequire } from 'node:module';
import { tfjs } from '@descent/backend-tfjs';
import type { Skip } from '@descent/conformance';
import { runConformance, sharedTests } from '@descent/conformance/vitest';
import { describe, test } from 'vitest';
import type { Binding } from '../src/tf-graph/binding.ts';
import { tensorFlowBackend } from '../src/tf-graph/runner.ts';
import { findAddon } from './find-addon.ts';

const tests = sharedTests();

/** The same in words: docs/edge-semantics.md. */
const skip: readonly Skip[] = [
  {
    reason: "TensorFlow's max pooling leaves NaN out, and gives the smallest float for a window of −∞",
    tests: [
      'edge/maxPool kernel 2/NaN and infinities/*',
      'edge/maxPool kernel 3*/NaN and infinities/*',
      'edge/maxPool kernel 2/negative pixels/forward',
      'edge/maxPool kernel 3, stride 1*/negative pixels/forward',
    ],
  },
  { reason: "the root of −∞ is NaN for TensorFlow's power, as for a square root", tests: ['edge/x^0.5/every edge/*'] },
  {
    reason: "TensorFlow's softmax keeps numbers in a row that holds NaN",
    tests: ['edge/softmax/*/forward', 'edge/cross entropy of label 1/*/gradient'],
    // It depends on the instructions of the processor.
    onSomeMachines: true,
  },
];

const found = findAddon();

if ('missing' in found) {
  test('tfjs:node', ({ skip }) => skip(found.missing));
} else {
  const { addon } = found;
  describe('tfjs:node', () => {
    runConformance({ create: () => tfjs({ engine: 'node', addon }), skip, tests });
  });
  // What node-gpu does, on the CPU: the state in variables of the graphs. Single ops have no state.
  describe('state on the device', () => {
    const binding = createRequire(import.meta.url)(addon) as Binding;
    runConformance({ create: () => tensorFlowBackend('tfjs:node', binding, 'device'), skip, tests, sample: 8 });
  });
}
