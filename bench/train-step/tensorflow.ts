import { buildAddon } from '@descent/backend-tfjs/install';

/** Where TensorFlow is: a folder that `DESCENT_TENSORFLOW` names, else the package of Python. */
const where = (): string => process.env['DESCENT_TENSORFLOW'] ?? 'python';

/** The addon of tfjs-node for the TensorFlow that is here, built when it is not there; TensorFlow will use so many threads. */
export function tensorFlowAddon(threads: number): string {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  // TensorFlow reads these when it is loaded.
  process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
  process.env['TF_NUM_INTEROP_THREADS'] = '1';
  return buildAddon({ libtensorflow: where() }).addon;
}

/** Why there is no TensorFlow here, or `null`. */
export function missingTensorFlow(): string | null {
  try {
    buildAddon({ libtensorflow: where() });
    return null;
  } catch (error) {
    return (error as Error).message.split('\n')[0] as string;
  }
}
