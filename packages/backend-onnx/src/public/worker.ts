// The script of the worker that onnx({ worker: true }) starts. It exports nothing: for a bundler that does not find it by itself, it is an
// entry of its own, and onnx({ worker: new Worker('/onnx-worker.js', { type: 'module' }) }) names the result.
import { serveBackend } from '@descent/core/serve';
import { type OnnxOptions, onnx } from '../backend.ts';
import { lowerings } from '../lowerings/index.ts';

serveBackend({ create: (options) => onnx(options as OnnxOptions), native: Object.keys(lowerings) });
