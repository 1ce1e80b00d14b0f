import type { Ort } from '../runtime/runtime.ts';
import type { DeviceOptions } from './options.ts';

type Provider = Ort.InferenceSession.ExecutionProviderConfig;

/** The execution provider of ONNX Runtime for a device. */
export function providerOf({ device, deviceId }: DeviceOptions): Provider {
  const at = deviceId === undefined ? {} : { deviceId };
  switch (device) {
    // In its own layout, NHWC, the provider computes convolutions of 6, 9, 18 or 30 channels wrongly, and says nothing.
    case 'webgpu':
      return { name: 'webgpu', preferredLayout: 'NCHW' };
    case 'cuda':
      return { name: 'cuda', ...at };
    case 'dml':
      return { name: 'dml', ...at };
    case 'coreml':
      return { name: 'coreml' };
    default:
      return device;
  }
}
