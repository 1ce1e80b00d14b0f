// The number of threads is one for a whole process, so each has a file of its own; the other is wasm-threads.slow.test.ts.
import { onnx } from '@descent/backend-onnx';
import { runConformance } from '@descent/conformance/vitest';
import { describe } from 'vitest';
import { WASM_SKIPS } from './skips.ts';

describe('onnx:wasm in Node, one thread', () => {
  runConformance({ create: () => onnx({ device: 'wasm', threads: 1 }), skip: WASM_SKIPS });
});
