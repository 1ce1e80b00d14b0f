import { createRequire } from 'node:module';
import { tfjs } from '@descent/backend-tfjs';
import { runConformance } from '@descent/conformance/vitest';
import { describe, test } from 'vitest';
import { tensorFlowBackend } from '../src/tf-graph/backend.ts';
import type { Binding } from '../src/tf-graph/binding.ts';
import { findAddon } from './find-addon.ts';

const found = findAddon();

if ('missing' in found) {
  test('tfjs:node', ({ skip }) => skip(found.missing));
} else {
  const { addon } = found;
  describe('tfjs:node', () => {
    runConformance({ create: () => tfjs({ engine: 'node', addon }) });
  });
  // What node-gpu does, on the CPU: the state in variables of the graphs.
  describe('state on the device', () => {
    const binding = createRequire(import.meta.url)(addon) as Binding;
    runConformance({ create: () => tensorFlowBackend('tfjs:node', binding, 'device') });
  });
}
