import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DeviceName } from '../device/names.ts';
import { notThere } from '../device/needs.ts';
import type { DeviceOptions } from '../device/options.ts';
import { notImported, runtimeIn } from './import.ts';
import { withoutReports } from './quiet.ts';
import type { Ort, Runtime } from './runtime.ts';
import { configureWeb } from './web.ts';

const CUDA = 'libonnxruntime_providers_cuda.so';

/** What NVIDIA's libraries look at when they start. */
const TF32 = 'NVIDIA_TF32_OVERRIDE';
const ROUNDED = `matrix products and convolutions may be rounded to TF32, to about 1e-3; ${TF32}=0 in the environment of the process keeps float32`;

/** Throws a `BackendError` where the provider was not installed: ONNX Runtime itself would write about that to the console. */
function expectCudaLibrary(): void {
  const bin = join(
    dirname(
      createRequire(import.meta.url ?? join(process.cwd(), 'package.json')).resolve('onnxruntime-node/package.json'),
    ),
    'bin',
  );
  const found = readdirSync(bin).some((abi) => existsSync(join(bin, abi, process.platform, process.arch, CUDA)));
  if (found) return;
  throw notThere('cuda', new Error(`no ${CUDA} in ${bin}`));
}

export { blockedOptions } from '../blocked-options.ts';
export { inBlocks } from '../blocks.ts';
export { choosePlan } from '../choices/choose-plan.ts';

/** Whether this is a thread of ONNX Runtime: those of Node have a file of their own. */
export function isThread(): boolean {
  return false;
}

/** Loads ONNX Runtime for a device of Node. Throws a `BackendError` that says what is missing. */
export async function loadRuntime(options: DeviceOptions): Promise<Runtime> {
  if (options.device === 'wasm') return configureWeb(await installed('wasm', 'onnxruntime-web'), options, true);
  withoutReports();
  const ort = await installed(options.device, 'onnxruntime-node');
  if (options.device === 'cuda' && process.platform === 'linux') expectCudaLibrary();
  return { ort, notes: options.device === 'cuda' && process.env[TF32] !== '0' ? [ROUNDED] : [] };
}

/** Imports a package as it is installed. Bundlers, which see no name, leave it where it is: beside its binaries, or its WebAssembly. */
async function installed(device: DeviceName, runtime: 'onnxruntime-node' | 'onnxruntime-web'): Promise<typeof Ort> {
  try {
    return runtimeIn(await import(/* webpackIgnore: true */ /* @vite-ignore */ runtime));
  } catch (cause) {
    throw notImported(device, runtime, cause);
  }
}
