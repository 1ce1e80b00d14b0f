// See wasm.slow.test.ts.
import { describe } from 'vitest';
import { wasmTests } from './wasm.ts';

describe('onnx:wasm in Node, two threads', () => wasmTests(2));
