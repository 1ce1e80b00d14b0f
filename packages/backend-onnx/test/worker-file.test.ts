import { describe, expect, test } from 'vitest';
import { expectWorkerFile } from '../src/worker/worker-file.ts';

describe('the file of the worker thread', () => {
  test('that a bundler left behind is told with what to do', () => {
    expect(() => expectWorkerFile(new URL('./bundle/worker.js', import.meta.url))).toThrow(
      /^worker: the file of the worker thread is missing\n {2}received: \S+bundle\/worker\.js\n[\s\S]*external[\s\S]*@descent\/backend-onnx\/worker/,
    );
  });

  test('that is there, or no file at all, is fine', () => {
    expectWorkerFile(new URL('../src/public/worker.ts', import.meta.url));
    expectWorkerFile(new URL('https://example.org/worker.js'));
  });
});
