import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { bundleScript } from '@descent/conformance/browser';

/** Where the files of onnxruntime-web are. */
export const RUNTIME_FILES: string = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));

/** A page and what it imports, in one script for browsers; or a script for Node, which imports ONNX Runtime by itself. */
export function bundle(entry: URL, platform: 'browser' | 'node' = 'browser'): Promise<Uint8Array> {
  const external = platform === 'node' ? ['onnxruntime-node', 'onnxruntime-web'] : [];
  return bundleScript(entry, { platform, external, conditions: ['@descent/source'] });
}
