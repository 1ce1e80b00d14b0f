import { createRequire } from 'node:module';
import { runConformance } from '@descent/conformance/vitest';
import { describe, test } from 'vitest';
import { tfjs } from '../src/public/index.ts';
import { tensorFlowBackend } from '../src/tf-graph/backend.ts';
import type { Binding } from '../src/tf-graph/binding.ts';
import { findAddon } from './find-addon.ts';

const found = findAddon();

if ('missing' in found) {
  console.log(`tfjs:node is not tested: ${found.missing}`);
  test.skip(`tfjs:node: ${found.missing}`, () => {});
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
