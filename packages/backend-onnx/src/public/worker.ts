// The script of the worker that onnx({ worker: true }) and loadOnnx(path, { worker: true }) start. It exports nothing: for a bundler that does not
// find it by itself, it is an entry of its own, and onnx({ worker: new Worker('/onnx-worker.js', { type: 'module' }) }) names the result.
import { type BackendCalls, backendHandlers, GIVE_ARRAYS, serve } from '@descent/core/serve';
import { isThread } from '#runtime';
import { type OnnxOptions, onnx } from '../backend.ts';
import { lowerings } from '../lowerings/index.ts';
import { type ModelCalls, modelHandlers } from '../worker/model-calls.ts';

if (!isThread()) {
  const backend = backendHandlers({
    create: (options) => onnx(options as OnnxOptions),
    native: Object.keys(lowerings),
  });
  serve<BackendCalls & ModelCalls>({ ...backend, ...modelHandlers() }, [...GIVE_ARRAYS, 'runModel']);
}
