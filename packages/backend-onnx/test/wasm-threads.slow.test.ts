// See wasm.slow.test.ts.
import { onnx } from '@descent/backend-onnx';
import { runConformance } from '@descent/conformance/vitest';
import { describe } from 'vitest';
import { WASM_SKIPS } from './skips.ts';

describe('onnx:wasm in Node, two threads', () => {
  runConformance({ create: () => onnx({ device: 'wasm', threads: 2 }), skip: WASM_SKIPS });
});
