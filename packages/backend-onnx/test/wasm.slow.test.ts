// The other number of threads: wasm-threads.slow.test.ts.
import { describe } from 'vitest';
import { wasmTests } from './wasm.ts';

describe('onnx:wasm in Node, one thread', () => wasmTests(1));
