import { BackendError } from '@descent/core/backend';
import type { DeviceName } from '../device/names.ts';
import type { Ort } from './runtime.ts';

const PLATFORMS = 'Linux x64 or arm64, Windows x64 or arm64, macOS arm64';

type Package = 'onnxruntime-node' | 'onnxruntime-web';

const NEEDS: Readonly<Record<Package, { readonly expected: string; readonly fix: string }>> = {
  'onnxruntime-node': {
    expected: `the npm package onnxruntime-node, with binaries for this platform (${PLATFORMS})`,
    fix: "npm install onnxruntime-node; where install scripts may not download, set ONNXRUNTIME_NODE_INSTALL=skip. On other platforms use 'onnx:wasm', with onnxruntime-web",
  },
  'onnxruntime-web': {
    expected: 'the npm package onnxruntime-web',
    fix: 'npm install onnxruntime-web',
  },
};

/** ONNX Runtime, whichever way it was imported: bundlers give the CommonJS form of a package as its default export only. */
export function runtimeIn(module: unknown): typeof Ort {
  const { InferenceSession, default: whole } = module as typeof Ort & { readonly default?: typeof Ort };
  return InferenceSession === undefined ? (whole as typeof Ort) : (module as typeof Ort);
}

/** What to do when a runtime could not be imported: it is missing, does not fit the machine, or lies in a bundle without its binaries. */
export function notImported(device: DeviceName, runtime: Package, cause: unknown): BackendError {
  const received = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  return new BackendError(`onnx:${device}: ONNX Runtime could not be loaded`, {
    received,
    ...NEEDS[runtime],
    cause,
  });
}
