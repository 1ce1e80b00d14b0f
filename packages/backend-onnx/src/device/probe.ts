import { BackendError } from '@descent/core/backend';
import { DEFAULT_OPSET } from '../model/opset.ts';
import { toBytes } from '../model/to-bytes.ts';
import type { Device } from './device.ts';
import type { DeviceName } from './names.ts';
import { notThere } from './needs.ts';

/**
 * Adds two numbers on the device, and nowhere else.
 * @throws BackendError when it is not there, or its provider cannot be loaded, or it computes something else.
 */
export async function expectDevice(device: Device, name: DeviceName): Promise<void> {
  const { ort, open, run, close } = device;
  let sum: string;
  try {
    const session = await open({ bytes: doubling() });
    const { y } = await run(session, { x: new ort.Tensor('float32', Float32Array.of(1, 2.5), [2]) });
    sum = (y as { data: Float32Array }).data.join();
    await close(session);
  } catch (cause) {
    throw notThere(name, cause);
  }
  if (sum === '2,5') return;
  throw new BackendError(`onnx:${name} computes wrong numbers here`, { received: sum, expected: '2,5' });
}

/** A model that adds its input to itself. */
function doubling(): Uint8Array {
  const info = (name: string) => ({ name, dtype: 'float32', shape: [2] }) as const;
  const nodes = [{ type: 'Add', inputs: ['x', 'x'], outputs: ['y'], attributes: {} }];
  const graph = { name: 'probe', inputs: [info('x')], outputs: [info('y')], constants: new Map(), nodes };
  return toBytes({ graph, opset: DEFAULT_OPSET });
}
