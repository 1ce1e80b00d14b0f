/// <reference lib="dom" />
// How much memory a device holds, seen from outside of ONNX Runtime: by what it asks of the host. To be called before the runtime is loaded.

/** MB of all memories of WebAssembly that are made from now on. */
export function wasmLevel(): () => number {
  const made: WebAssembly.Memory[] = [];
  const Original = WebAssembly.Memory;
  WebAssembly.Memory = class extends Original {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      made.push(this);
    }
  };
  return () => made.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) / 2 ** 20;
}

interface Buffers {
  prototype: { destroy(this: object): void };
}
interface Devices {
  prototype: { createBuffer(this: object, descriptor: { size: number }): object };
}

/** MB of all buffers of WebGPU that are made from now on, and neither destroyed nor collected. */
export function gpuLevel(): () => number {
  const { GPUDevice, GPUBuffer } = globalThis as unknown as { GPUDevice: Devices; GPUBuffer: Buffers };
  const alive = new Map<number, number>();
  const numbers = new WeakMap<object, number>();
  const collected = new FinalizationRegistry<number>((id) => alive.delete(id));
  const { createBuffer } = GPUDevice.prototype;
  const { destroy } = GPUBuffer.prototype;
  let next = 0;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    alive.set(next, descriptor.size);
    numbers.set(buffer, next);
    collected.register(buffer, next++);
    return buffer;
  };
  GPUBuffer.prototype.destroy = function () {
    alive.delete(numbers.get(this) ?? -1);
    destroy.call(this);
  };
  return () => [...alive.values()].reduce((sum, size) => sum + size, 0) / 2 ** 20;
}
