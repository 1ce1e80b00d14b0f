// Stands for browser.ts in Node, where TensorFlow.js reads the files beside its own code.

/** @returns nothing to tell TensorFlow.js. */
export function wasmFiles(): undefined {
  return undefined;
}
