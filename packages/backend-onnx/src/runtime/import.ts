import { BackendError } from '@descent/core/backend';
import type { DeviceName } from '../device/names.ts';
import type { Ort } from './runtime.ts';

const PLATFORMS = 'Linux x64 or arm64, Windows x64 or arm64, macOS arm64';

const NEEDS = {
  'onnxruntime-node': {
    expected: `the npm package onnxruntime-node, with binaries for this platform (${PLATFORMS})`,
    fix: "npm install onnxruntime-node; where install scripts may not download, set ONNXRUNTIME_NODE_INSTALL=skip. On other platforms use 'onnx:wasm', with onnxruntime-web",
  },
  'onnxruntime-web': {
    expected: 'the npm package onnxruntime-web',
    fix: 'npm install onnxruntime-web',
  },
} as const;

/** What `load` imports. Throws a `BackendError` that says what to do when it is missing or does not fit the machine. */
export async function importRuntime(
  device: DeviceName,
  runtime: 'onnxruntime-node' | 'onnxruntime-web',
  load: () => Promise<unknown>,
): Promise<typeof Ort> {
  try {
    const module = (await load()) as typeof Ort & { readonly default?: typeof Ort };
    // Bundlers give the CommonJS form of a package as its default export only.
    return module.InferenceSession === undefined ? (module.default as typeof Ort) : module;
  } catch (cause) {
    throw new BackendError(`onnx:${device}: ONNX Runtime could not be loaded`, {
      received: cause instanceof Error ? cause.message.split('\n')[0] : String(cause),
      ...NEEDS[runtime],
      cause,
    });
  }
}
