import { createRequire } from 'node:module';
import { runConformance } from '@descent/conformance/vitest';
import { tensorFlowBackend } from '../src/tf-graph/backend.ts';
const binding = createRequire(import.meta.url)('/tmp/tfn/b/lib/napi-v8/tfjs_binding.node');
runConformance({ create: () => tensorFlowBackend('tfjs:node', binding, (process.env['RES'] ?? 'host') as 'host') , timeout: 20000});
