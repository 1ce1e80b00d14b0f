import { tfjs } from '@descent/backend-tfjs';
import { runConformance, sharedTests } from '@descent/conformance/vitest';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { findBackend } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { poisonWasm } from './poison.ts';
import { WASM_SKIPS } from './wasm-skips.ts';

const tests = sharedTests();

describe('tfjs:cpu', () => {
  runConformance({ create: () => tfjs({ engine: 'cpu' }), tests });
});

describe('tfjs:wasm, on poisoned memory', () => {
  test('what nothing was written to is not a number', async () => {
    await tfjs({ engine: 'wasm' });
    poisonWasm();
    const engine = findBackend('wasm') as BackendWasm;
    const { dataId } = engine.makeOutput([5], 'float32');
    expect([...(await engine.read(dataId))]).toEqual(new Array(5).fill(Number.NaN));
    engine.disposeData(dataId);
  });

  runConformance({
    tests,
    async create() {
      const backend = await tfjs({ engine: 'wasm' });
      poisonWasm();
      return backend;
    },
    skip: WASM_SKIPS,
  });
});
