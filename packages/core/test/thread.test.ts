import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { threadScript } from '../src/public/remote.ts';

const OWNER = { name: '@my/backend', example: "mine({ worker: new URL('./worker.js', import.meta.url) })" };

describe('the script of a worker thread', () => {
  test('that a bundler has left behind is named, with what to do', () => {
    const bundle = new URL('./bundle/main.js', import.meta.url);
    const missing = fileURLToPath(new URL('../public/worker.js', bundle));
    expect(() => threadScript(OWNER, bundle.href)).toThrow(
      `worker: the file of the worker thread is missing\n  received: ${missing}`,
    );
    expect(() => threadScript(OWNER, bundle.href)).toThrow('bundle @my/backend/worker, too');
  });

  test('is looked for nowhere in a bundle without an address', () => {
    expect(() => threadScript(OWNER, undefined)).toThrow('/public/worker.js');
  });

  test('beside the module is found, as source or as what the compiler makes of it', () => {
    const source = new URL('../../backend-onnx/src/worker/node.ts', import.meta.url);
    expect(threadScript(OWNER, source.href)).toBe(new URL('../public/worker.ts', source).href);
  });

  test('on a server is not looked for', () => {
    expect(threadScript(OWNER, 'https://example.org/dist/main.js')).toBe('https://example.org/public/worker.js');
  });
});
