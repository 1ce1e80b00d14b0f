import { BackendError } from '@descent/core';
import { graph } from '@descent/core/backend';
import { broadcastTo, input, sum } from '@descent/core/ops';
import { expect, test } from 'vitest';
import { guardMemory } from '../src/engines/wasm-memory.ts';
import { tfjs } from '../src/public/index.ts';

test('a full memory is an error, not the address 0; what is there is passed on', () => {
  const wasm = { _malloc: (bytes: number) => (bytes > 1000 ? 0 : 64), _free: () => {} };
  const backend = { wasm } as unknown as Parameters<typeof guardMemory>[0];
  guardMemory(backend);
  guardMemory(backend);
  expect(wasm._malloc(10)).toBe(64);
  expect(wasm._malloc(0)).toBe(64);
  expect(() => wasm._malloc(2000)).toThrow(BackendError);
  // 2³² + 8 would be 8 in the 32 bits of an address.
  expect(() => wasm._malloc(2 ** 32 + 8)).toThrow(/no memory left[\s\S]*4294967304 bytes/);
});

test('tensors that WebAssembly cannot hold are refused, and the engine goes on', async () => {
  const backend = await tfjs({ engine: 'wasm' });
  const x = { x: { dtype: 'float32', shape: [1], data: Float32Array.of(3) } } as const;
  const of = (size: number) => ({
    graph: graph({ y: sum(broadcastTo(input('x', [1]), [size])) }),
    reads: [],
    writes: [],
  });
  const large = await backend.compile(of(2 ** 30));
  await expect(large.run(x)).rejects.toThrow(/tfjs:wasm has no memory left/);
  const small = await backend.compile(of(2 ** 10));
  expect((await small.run(x))['y']?.data).toEqual(Float32Array.of(3 * 2 ** 10));
  await backend.dispose();
});
