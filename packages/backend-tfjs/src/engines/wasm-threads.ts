import { BackendError } from '@descent/core/backend';

/** The part of an error event that this looks at; threads give theirs on as the error of another one. */
interface Failure {
  readonly message?: string;
  readonly filename?: string;
  readonly error?: Failure | null;
}

interface Page {
  addEventListener?(type: 'error', listener: (event: Failure) => void): void;
  removeEventListener?(type: 'error', listener: (event: Failure) => void): void;
}

/**
 * Starts threads of WebAssembly. TensorFlow.js prints what becomes of one that fails, and waits for it for ever; here that is an error. It gives
 * threads its own code as text, from which minifiers may have taken what it needs.
 */
export async function startedWithThreads(start: () => Promise<boolean>): Promise<boolean> {
  const page = globalThis as Page;
  let listen: (event: Failure) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    listen = ({ error }) => {
      if (error?.filename?.startsWith('blob:') === true) reject(threadFailed(error.message));
    };
  });
  page.addEventListener?.('error', listen);
  try {
    return await Promise.race([start(), failed]);
  } finally {
    page.removeEventListener?.('error', listen);
  }
}

function threadFailed(received: string | undefined): BackendError {
  return new BackendError('tfjs:wasm: a thread did not start', {
    path: 'threads',
    received,
    expected: 'the code of TensorFlow.js as it is, which it sends to its threads',
    fix: "leave threads out, or use 'onnx:wasm', whose threads any bundler starts",
  });
}
