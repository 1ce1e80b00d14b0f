// The script of the worker that tfjs({ worker: true }) starts. It exports nothing: for a bundler that does not find it by itself, it is an
// entry of its own, and tfjs({ worker: new Worker('/tfjs-worker.js', { type: 'module' }) }) names the result.
import { serveBackend } from '@descent/core/serve';
import { lowerings } from '../lowerings/index.ts';
import { type TfjsOptions, tfjs } from '../tfjs.ts';

serveBackend({ create: (options) => tfjs(options as TfjsOptions), native: Object.keys(lowerings) });
