import { tensor, zeros } from '@descent/core';
import { graph, type NDArray } from '@descent/core/backend';
import { add, input } from '@descent/core/ops';
import { expect, test } from 'vitest';
import { onnx } from '../src/public/index.ts';

const MB = 2 ** 20;

test('a run gives back the memory of the state before the last one, without waiting for the collector', async () => {
  const backend = onnx({ threads: 1 });
  const w = input('w', [MB / 4]);
  const program = { graph: graph({ w: add(w, input('x', [])) }), reads: ['w'], writes: ['w'] };
  const executable = await backend.compile(program);
  const state = await backend.state({ w: zeros([MB / 4]), other: zeros([MB / 4]) });
  await executable.run({ x: tensor(1) }, state);
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 20; i++) await executable.run({ x: tensor(1) }, state);
  // 20 MB were made. What the state is now, and what it was before, have to be there.
  expect((process.memoryUsage().arrayBuffers - before) / MB).toBeLessThan(3);
  const { w: now, other } = (await state.read()) as { w: NDArray; other: NDArray };
  expect([now.data[0], now.data.length, other.data.length]).toEqual([21, MB / 4, MB / 4]);
  expect(await state.rollback()).toBe(true);
  expect((await state.read(['w']))['w']?.data[0]).toBe(20);
  await executable.run({ x: tensor(5) }, state);
  expect((await state.read(['w']))['w']?.data[0]).toBe(25);
  await executable.runSteps(3, { x: tensor([1, 1, 1]) }, state);
  expect((await state.read(['w']))['w']?.data[0]).toBe(28);
  await backend.dispose();
});
