import type { BackendDescription } from '@descent/core/backend';
import { onnx } from './backend.ts';
import type { DeviceName } from './device/names.ts';

type Description = Omit<BackendDescription, 'name' | 'open' | 'isLastResort'>;

const NODE = ['@descent/backend-onnx', 'onnxruntime-node'];
const WEB = ['@descent/backend-onnx', 'onnxruntime-web'];

/** What each device is; the compiler asks for one that is new. */
const DESCRIPTIONS: Readonly<Record<DeviceName, Description>> = {
  cpu: {
    summary: 'ONNX Runtime on the processor',
    packages: { node: NODE },
    note: 'fastest on a processor; `onnx({ worker: true })` keeps the event loop free',
  },
  wasm: {
    summary: 'ONNX Runtime in WebAssembly',
    packages: { node: WEB, browser: WEB },
    note: 'in Node where `onnxruntime-node` has no binary, such as on Intel Macs',
  },
  webgpu: {
    summary: 'ONNX Runtime on a graphics device, through WebGPU',
    packages: { node: NODE, browser: WEB },
    note: 'weights stay on the device; operators that it lacks are refused by name, or allowed; run on an NVIDIA GPU',
  },
  cuda: {
    summary: 'ONNX Runtime on an NVIDIA GPU',
    packages: { node: NODE },
    note: 'run once, on an NVIDIA H200 with ONNX Runtime 1.29: see [limits.md](limits.md); rounds to TF32 unless `NVIDIA_TF32_OVERRIDE=0`',
  },
  dml: {
    summary: 'ONNX Runtime on a graphics device of Windows, through DirectML',
    packages: { node: NODE },
    note: '**never run by us**: written and tested up to the provider',
  },
  coreml: {
    summary: 'ONNX Runtime on Apple hardware, through CoreML',
    packages: { node: NODE },
    note: '**never run by us**: written and tested up to the provider',
  },
};

/**
 * The backends of this package, one for each device, for whoever lists them or chooses among them. On `'onnx:cpu'`, idle threads do not wait in
 * busy loops: these take the cores away from whatever else runs, and crawl once others want them.
 */
export const onnxBackends: readonly BackendDescription[] = (Object.keys(DESCRIPTIONS) as DeviceName[]).map(
  (device) => ({
    name: `onnx:${device}`,
    ...DESCRIPTIONS[device],
    isLastResort: false,
    open: async () => onnx(device === 'cpu' ? { device, spinning: false } : { device }),
  }),
);
