// Devices that are fed everything in each run, played by the processor: what travels to them, and what they keep.
import { type NDArray, ndarray, tensor } from '@descent/core';
import { graph, programInputs } from '@descent/core/backend';
import { add, gather, input, mul, sum } from '@descent/core/ops';
import * as ort from 'onnxruntime-node';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Device } from '../src/device/device.ts';
import { hostMemory } from '../src/device/memory.ts';
import { deviceOptions } from '../src/device/options.ts';
import { createSession, type Model, runSession } from '../src/device/session.ts';
import { TRAITS } from '../src/device/traits.ts';
import { createExecutable } from '../src/executable.ts';
import { lazyPlansOf, planOf } from '../src/plan.ts';
import { createHeld } from '../src/state.ts';
import { steadyEntries } from '../src/steady-entries.ts';

/** Bytes that were fed in each run, and sessions that are open. */
let fed: number[] = [];
let alive = new Set<ort.InferenceSession>();
let refuses = false;
beforeEach(() => {
  [fed, alive, refuses] = [[], new Set(), false];
});

async function open(model: Model): Promise<ort.InferenceSession> {
  if (refuses) throw new Error('no memory for constants');
  const session = await createSession(ort, model, deviceOptions({ device: 'cpu', threads: 1 }));
  alive.add(session);
  return session;
}

const device: Device = {
  ort,
  traits: TRAITS.cuda,
  notes: [],
  memory: hostMemory(ort),
  offering: async () => null,
  open,
  async run(session, feeds) {
    fed.push(Object.values(feeds).reduce((bytes, t) => bytes + (t.data as Float32Array).byteLength, 0));
    return runSession(session, feeds);
  },
  async close(session) {
    alive.delete(session);
    await session.release();
  },
  end: async () => {},
};

/** 2 MB of rows of 512 numbers: row i holds i, i + 1, …, times `scale`. */
const rows = (scale: number): NDArray =>
  ndarray(
    'float32',
    [1024, 512],
    Float32Array.from({ length: 2 ** 19 }, (_, i) => scale * ((i >> 9) + (i & 511))),
  );

/** `w` becomes `w + x · (sum of the chosen row)`; returned is that sum. */
async function compiled() {
  const [w, data, x] = [input('w', [1]), input('data', [1024, 512]), input('x', [])];
  const chosen = sum(gather(data, input('row', [1], 'int32')));
  const program = {
    graph: graph({ w: add(w, mul(x, chosen)), chosen }),
    reads: ['w', 'data'],
    writes: ['w'],
  };
  const [plan, lazy] = [planOf(program, {}), lazyPlansOf(program, {}, 'extended')];
  const executable = createExecutable({ plan, lazy, session: await open(plan), device });
  return { executable, inputs: programInputs(program) };
}

const feeds = (row: number) => ({ x: tensor(1), row: tensor([row], 'int32') });
const many = (...all: readonly number[]) => ({
  x: tensor(all.map(() => 1)),
  row: ndarray('int32', [all.length, 1], Int32Array.from(all)),
});
/** Of row `i`. */
const sumOf = (i: number): number => 512 * i + (511 * 512) / 2;

describe('a large entry that only is read', () => {
  test('travels a few times, then stays; small ones and what is written travel', async () => {
    const { executable } = await compiled();
    const held = createHeld(device.ort, device.memory);
    await held.write({ w: tensor([0]), data: rows(1) });
    let expected = 0;
    for (let i = 0; i < 5; i++) {
      const { chosen } = await executable.run(feeds(i), held, 0);
      expect(chosen?.data[0]).toBe(sumOf(i));
      expected += sumOf(i);
    }
    expect((await held.read(['w']))['w']?.data[0]).toBe(expected);
    expect(fed.map((bytes) => bytes > 2 ** 20)).toEqual([true, true, false, false, false]);
    expect(fed.at(-1)).toBe(12);
    expect(alive.size).toBe(2);
    executable.dispose?.();
    await Promise.resolve();
    expect(alive.size).toBe(0);
  });

  test('stays in a run of many steps, too, with the weights there in one journey', async () => {
    const { executable } = await compiled();
    const held = createHeld(device.ort, device.memory);
    await held.write({ w: tensor([0]), data: rows(1) });
    for (let i = 0; i < 2; i++) await executable.run(feeds(i), held, 0);
    const chosen = (await executable.runSteps?.(3, many(5, 6, 7), held))?.['chosen'];
    expect(chosen?.data).toEqual(Float32Array.of(sumOf(5), sumOf(6), sumOf(7)));
    expect((await held.read(['w']))['w']?.data[0]).toBe([0, 1, 5, 6, 7].reduce((total, i) => total + sumOf(i), 0));
    // The weight, the number of steps, and three numbers and rows.
    expect(fed.at(-1)).toBe(4 + 8 + 24);
    expect(await held.rollback()).toBe(true);
    expect((await held.read(['w']))['w']?.data[0]).toBe(sumOf(0) + sumOf(1));
  });

  test('that is replaced is never kept again, and the session that had it ends', async () => {
    const { executable } = await compiled();
    const held = createHeld(device.ort, device.memory);
    await held.write({ w: tensor([0]), data: rows(1) });
    for (let i = 0; i < 4; i++) await executable.run(feeds(1), held, 0);
    await held.write({ data: rows(2) });
    for (let i = 0; i < 5; i++) {
      expect((await executable.run(feeds(i), held, 0))['chosen']?.data[0]).toBe(2 * sumOf(i));
    }
    expect(fed.slice(4).every((bytes) => bytes > 2 ** 20)).toBe(true);
    expect(alive.size).toBe(1);
  });

  test('of another state is that state’s own', async () => {
    const { executable } = await compiled();
    const [a, b] = [createHeld(device.ort, device.memory), createHeld(device.ort, device.memory)];
    await a.write({ w: tensor([0]), data: rows(1) });
    await b.write({ w: tensor([0]), data: rows(3) });
    for (let i = 0; i < 5; i++) {
      const [one, other] = await Promise.all([executable.run(feeds(i), a, 0), executable.run(feeds(i), b, 0)]);
      expect([one['chosen']?.data[0], other['chosen']?.data[0]]).toEqual([sumOf(i), 3 * sumOf(i)]);
    }
  });

  test('that does not fit is told, each time', async () => {
    const { executable } = await compiled();
    const held = createHeld(device.ort, device.memory);
    await held.write({ w: tensor([0]), data: rows(1) });
    for (let i = 0; i < 2; i++) await executable.run(feeds(i), held, 0);
    refuses = true;
    await expect(executable.run(feeds(2), held, 0)).rejects.toThrow('no memory for constants');
    refuses = false;
    expect((await executable.run(feeds(2), held, 0))['chosen']?.data[0]).toBe(sumOf(2));
  });
});

test('weights of an evaluation are kept until they change', () => {
  const types = new Map([['w', { dtype: 'float32', shape: [2 ** 18] } as const]]);
  const steady = steadyEntries({ inputs: types, reads: ['w'], writes: [] });
  const [first, second] = [new ort.Tensor('float32', [1], [1]), new ort.Tensor('float32', [1], [1])];
  const kept = (value: ort.Tensor): boolean => steady.see(() => value).has('w');
  expect([first, first, first, first, second, second, second, second, second].map(kept)).toEqual([
    ...[false, false, true, true],
    ...[false, false, false, false, false],
  ]);
});
