import { BackendError } from '@descent/core/backend';
import { DEFAULT_OPSET } from '../model/opset.ts';
import { toBytes } from '../model/to-bytes.ts';
import type { Ort } from '../runtime/runtime.ts';
import type { Device } from './device.ts';
import type { DeviceName } from './names.ts';
import { notThere } from './needs.ts';

type Opener = Pick<Device, 'ort' | 'open' | 'run' | 'close'>;

/**
 * Adds two numbers on the device, and nowhere else; the session that did it, which keeps the device started for as long as it is open: ONNX Runtime
 * gives a graphics device back with its last session, and starting it again takes more than a second.
 * @throws BackendError when it is not there, or its provider cannot be loaded, or it computes something else.
 */
export async function expectDevice(device: Opener, name: DeviceName): Promise<Ort.InferenceSession> {
  const { ort, open, run, close } = device;
  let session: Ort.InferenceSession;
  let sum: string;
  try {
    session = await open({ bytes: doubling() });
    const { y } = await run(session, { x: new ort.Tensor('float32', Float32Array.of(1, 2.5), [2]) });
    sum = (y as { data: Float32Array }).data.join();
  } catch (cause) {
    throw notThere(name, cause);
  }
  if (sum === '2,5') return session;
  await close(session);
  throw new BackendError(`onnx:${name} computes wrong numbers here`, { received: sum, expected: '2,5' });
}

/** A model that adds its input to itself. */
function doubling(): Uint8Array {
  const info = (name: string) => ({ name, dtype: 'float32', shape: [2] }) as const;
  const nodes = [{ type: 'Add', inputs: ['x', 'x'], outputs: ['y'], attributes: {} }];
  const graph = { name: 'probe', inputs: [info('x')], outputs: [info('y')], constants: new Map(), nodes };
  return toBytes({ graph, opset: DEFAULT_OPSET });
}
