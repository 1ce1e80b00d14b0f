import { describeValue, ValueError } from '@descent/core';

/** Throws a `ValueError` unless a function called `caller` was given a model, and external data as bytes by name. */
export function expectSource(caller: string, source: unknown, externalData: unknown): void {
  if (typeof source !== 'string' && !(source instanceof Uint8Array)) {
    throw new ValueError(`${caller} was given no model`, {
      path: 'source',
      received: describeValue(source),
      expected: 'the path of an .onnx file, or its bytes as a Uint8Array',
      fix: sourceAdvice(caller, source),
    });
  }
  const isRecord = typeof externalData === 'object' && externalData !== null;
  if (isRecord && Object.values(externalData).every((v) => v instanceof Uint8Array)) return;
  throw new ValueError(`${caller} was given invalid external data`, {
    path: 'externalData',
    received: isRecord ? 'a value that is not a Uint8Array' : String(externalData),
    expected: "an object from names to bytes, such as { 'model.onnx.data': bytes }",
  });
}

function sourceAdvice(caller: string, source: unknown): string | undefined {
  if (source instanceof Promise) return 'await the promise';
  if (source instanceof ArrayBuffer) return `wrap the buffer: ${caller}(new Uint8Array(buffer))`;
  if (source instanceof URL)
    return source.protocol === 'file:'
      ? `give the path: ${caller}(fileURLToPath(url)), with fileURLToPath of 'node:url'`
      : `fetch it: ${caller}(new Uint8Array(await (await fetch(url)).arrayBuffer()))`;
  return undefined;
}
