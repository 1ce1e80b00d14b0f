import { BackendError, ValueError } from '@descent/core/backend';
import { setBackend, engine as tfEngine } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { type Imports, loadEngine } from '../src/engines/load.ts';
import type { EngineName } from '../src/engines/options.ts';
import { TRAITS } from '../src/engines/traits.ts';
import { tfjs } from '../src/public/index.ts';

const engines = Object.keys(TRAITS) as EngineName[];

const missing: Imports = {
  core: () => import('@tensorflow/tfjs-core'),
  engine: (name) =>
    Promise.reject(new Error(`Cannot find package '@tensorflow/tfjs-backend-${name}' imported from here`)),
};

test.each(engines)('tfjs:%s: a missing package is an error with the command that installs it', async (name) => {
  const error = await loadEngine(name, {}, missing).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(BackendError);
  expect(String(error)).toContain(`npm install @tensorflow/tfjs-core@^4.22.0 @tensorflow/tfjs-backend-${name}@^4.22.0`);
});

test('a package that does not load is not called missing', async () => {
  const broken: Imports = { ...missing, engine: () => Promise.reject(new Error('Unexpected token')) };
  await expect(loadEngine('cpu', {}, broken)).rejects.toThrow(/Unexpected token[\s\S]*do not load/);
});

test('a failed load leaves the next one alone', async () => {
  const [first, second] = await Promise.allSettled([loadEngine('cpu', {}, missing), loadEngine('cpu')]);
  expect(first.status).toBe('rejected');
  expect(second.status).toBe('fulfilled');
});

test('threads in Node are refused with an alternative', async () => {
  await expect(tfjs({ engine: 'wasm', threads: 4 })).rejects.toThrow(/one thread in Node[\s\S]*onnx:cpu/);
});

test.each(['webgl', 'webgpu'] as const)('tfjs:%s says that it needs a browser', async (engine) => {
  await expect(tfjs({ engine })).rejects.toThrow(new RegExp(`tfjs:${engine} did not start[\\s\\S]*tfjs:wasm`));
});

test('whoever uses TensorFlow.js directly keeps the active backend', async () => {
  await tfjs({ engine: 'cpu' });
  await setBackend('cpu');
  await tfjs({ engine: 'wasm' });
  expect(tfEngine().backendName).toBe('cpu');
});

test('engines loaded at the same time do not disturb each other', async () => {
  const loaded = await Promise.all([tfjs({ engine: 'wasm' }), tfjs({ engine: 'cpu' }), tfjs({ engine: 'wasm' })]);
  expect(loaded.map((b) => b.name)).toEqual(['tfjs:wasm', 'tfjs:cpu', 'tfjs:wasm']);
});

test.each(['foo', 'tfjs', 'gpu', undefined, null, 5, 'constructor'])(
  'an engine %s is answered with those that there are',
  async (engine) => {
    const error = await tfjs({ engine: engine as never }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ValueError);
    expect(String(error)).toMatch(/there is no engine[\s\S]*'node', 'node-gpu', 'wasm', 'webgpu', 'webgl', 'cpu'/);
    expect(String(error)).not.toContain('@tensorflow');
  },
);

test.each([
  [undefined, /tfjs takes its options as one object[\s\S]*received: undefined/],
  ['wasm', /tfjs takes its options as one object[\s\S]*received: the text "wasm"/],
  [{ engine: 'wasm', thread: 2 }, /tfjs has no option 'thread'; did you mean 'threads'/],
])('options of another kind are refused: %j', async (options, message) => {
  await expect(tfjs(options as never)).rejects.toThrow(message);
});
