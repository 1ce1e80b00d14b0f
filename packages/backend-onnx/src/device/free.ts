import type { Ort } from '../runtime/runtime.ts';

/**
 * Gives the memory of an array back at once. Each step makes all parameters anew; left to the collector of JavaScript, which counts these bytes, it would
 * go over the whole heap every few steps: a quarter of the time of a step of a small network.
 */
const freeBuffer: (buffer: ArrayBuffer) => void = transferable() ?? dropped();

/** Frees a tensor that nobody else has. */
export function freeHostTensor({ data }: Ort.Tensor): void {
  const { buffer } = data as Float32Array;
  if (buffer instanceof ArrayBuffer) freeBuffer(buffer);
}

/** `ArrayBuffer.prototype.transfer`, from Node 21 on. */
function transferable(): ((buffer: ArrayBuffer) => void) | null {
  const { transfer } = ArrayBuffer.prototype as { transfer?: (this: ArrayBuffer, length: number) => ArrayBuffer };
  return transfer === undefined ? null : (buffer) => void transfer.call(buffer, 0);
}

/** What is sent to a port whose other end is closed is moved and dropped. */
function dropped(): (buffer: ArrayBuffer) => void {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  // Only in Node, where an open port keeps the process alive.
  (port1 as { unref?: () => void }).unref?.();
  return (buffer) => port1.postMessage(null, [buffer]);
}
