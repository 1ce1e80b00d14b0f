import { BackendError, wrongWasmFile } from '@descent/core/backend';
import type { DeviceName } from './names.ts';

const SERVE =
  "serve the folder onnxruntime-web/dist and name it: onnx({ device: 'wasm', wasmPaths: '/onnxruntime/' }); docs/bundlers.md has the line for each bundler";

/** Before version 8 its development server moved code of packages away from the files that it looks for. */
const OLD_VITE = "update to Vite 8, or write in vite.config: optimizeDeps: { exclude: ['onnxruntime-web'] }";

/** What a device needs, and what helps when it is not there. */
const NEEDS: Readonly<Record<DeviceName, { readonly expected: string; readonly fix: string }>> = {
  cpu: { expected: 'a processor', fix: 'report this' },
  wasm: {
    expected: 'the files of onnxruntime-web, which are fetched when they are first needed',
    fix: SERVE,
  },
  webgpu: {
    expected:
      'in a browser, navigator.gpu with an adapter, and the files of onnxruntime-web; in Node, a graphics device with a driver for Vulkan, Direct3D 12 or Metal',
    fix: "use 'onnx:wasm' in browsers, 'onnx:cpu' in Node; files that are not found: serve the folder onnxruntime-web/dist and name it as wasmPaths",
  },
  cuda: {
    expected:
      'an NVIDIA GPU, CUDA and cuDNN, and the libraries that the install script of onnxruntime-node fetches, on Linux x64',
    fix: "run nvidia-smi to see the driver, and npm rebuild onnxruntime-node, without ONNXRUNTIME_NODE_INSTALL=skip; else use 'onnx:cpu'",
  },
  dml: { expected: 'Windows, with a graphics device for Direct3D 12', fix: "use 'onnx:cpu' or 'onnx:webgpu'" },
  coreml: { expected: 'macOS on Apple hardware', fix: "use 'onnx:cpu' or 'onnx:webgpu'" },
};

/** The error for a device that does not start. */
export function notThere(name: DeviceName, cause: unknown): BackendError {
  const summary = summaryOf(name);
  if (cause instanceof BackendError && cause.summary === summary) return cause;
  const received = cause instanceof BackendError ? cause.details.received : (cause as Error).message;
  return new BackendError(summary, {
    received: String(received).trim(),
    ...NEEDS[name],
    cause,
  });
}

/** The error for WebAssembly that does not start, which in a page mostly means that its file was not served. */
export async function notStarted(name: DeviceName, cause: unknown): Promise<BackendError> {
  const isWeb = name === 'wasm' || name === 'webgpu';
  const file = isWeb ? await wrongWasmFile() : null;
  if (file === null) return notThere(name, cause);
  return new BackendError(summaryOf(name), {
    received: `${file.problem} from ${file.url}`,
    expected: 'a file of WebAssembly',
    fix: file.url.includes('/node_modules/.vite/') ? OLD_VITE : SERVE,
    cause,
  });
}

function summaryOf(name: DeviceName): string {
  return `onnx:${name} does not start here`;
}
