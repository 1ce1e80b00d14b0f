// A device whose memory JavaScript cannot see, played by the processor: what is read from it, when, and what is given back.
import { tensor } from '@descent/core';
import { type Arrays, graph, type NDArray } from '@descent/core/backend';
import { add, input, mul } from '@descent/core/ops';
import * as ort from 'onnxruntime-node';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Device } from '../src/device/device.ts';
import { gpuMemory } from '../src/device/gpu-memory.ts';
import { deviceOptions } from '../src/device/options.ts';
import { createSession, type Model, runSession } from '../src/device/session.ts';
import { TRAITS } from '../src/device/traits.ts';
import { createExecutable } from '../src/executable.ts';
import { lazyPlansOf, planOf } from '../src/plan.ts';
import { createHeld } from '../src/state.ts';

/** What happened on the device, in order. */
let log: string[] = [];
/** Buffers that were made and not given back. */
let alive = new Set<object>();
/** The run that fails, counted from 0. */
let failing = Number.POSITIVE_INFINITY;
beforeEach(() => {
  [log, alive, failing] = [[], new Set(), Number.POSITIVE_INFINITY];
});

interface Buffer extends Pick<ort.Tensor, 'type' | 'dims' | 'size' | 'location' | 'dispose'> {
  readonly hidden: ort.Tensor;
}

function buffer(hidden: ort.Tensor): ort.Tensor {
  const { type, dims, size } = hidden;
  const made: Buffer = { type, dims, size, location: 'gpu-buffer', hidden, dispose: () => void alive.delete(made) };
  alive.add(made);
  return made as unknown as ort.Tensor;
}

const residents = new WeakMap<ort.InferenceSession, readonly string[]>();

async function open(model: Model): Promise<ort.InferenceSession> {
  const session = await createSession(ort, model, deviceOptions({ device: 'cpu', threads: 1 }));
  residents.set(session, model.resident ?? []);
  return session;
}

async function run(session: ort.InferenceSession, feeds: ort.InferenceSession.FeedsType) {
  const given = Object.entries(feeds).map(([name, t]) => [name, (t as unknown as Buffer).hidden ?? t] as const);
  const resident = residents.get(session) ?? [];
  const isStep = session.outputNames.length > 1;
  if (isStep && failing-- === 0) throw new Error('the device is lost');
  const results = await runSession(session, Object.fromEntries(given));
  const read = session.outputNames.filter((name) => !resident.includes(name)).length;
  log.push(`${isStep ? 'step' : 'other'}${read > 0 ? ` reads ${read}` : ''}`);
  return Object.fromEntries(
    Object.entries(results).map(([name, t]) => [name, resident.includes(name) ? buffer(t as ort.Tensor) : t]),
  ) as ort.InferenceSession.ReturnType;
}

const memory = gpuMemory(ort, open, run);
const device: Device = {
  ...{ ort, traits: TRAITS.webgpu, notes: [], memory, open, run },
  offering: async () => null,
  close: async () => {},
  end: async () => {},
};

/** `w` becomes `w · x + 1`; returned are its square and its sum with `x`. */
async function compiled() {
  const [w, x] = [input('w', [2]), input('x', [2])];
  const next = add(mul(w, x), 1);
  const program = { graph: graph({ w: next, square: mul(w, w), sum: add(w, x) }), reads: ['w'], writes: ['w'] };
  const [plan, lazy] = [planOf(program, {}), lazyPlansOf(program, {}, 'extended')];
  const session = await open({ ...plan, resident: [plan.outputs.get('w') as string] });
  const openAhead = (): Promise<ort.InferenceSession> => open({ ...plan, resident: [...plan.outputs.values()] });
  const { runSteps } = createExecutable({ plan, lazy, session, device, openAhead });
  return runSteps as NonNullable<typeof runSteps>;
}

async function stateOf(w: NDArray) {
  const held = createHeld(ort, memory);
  await held.write({ w });
  log = [];
  return held;
}

const feeds = (steps: number): Arrays => ({
  x: tensor(Array.from({ length: steps }, (_, i) => [1, i % 3])),
});

/** What `w` is before each step, by arithmetic. */
function expected(steps: number): { squares: number[]; sums: number[]; last: number[] } {
  let w = [2, 3];
  const [squares, sums]: [number[], number[]] = [[], []];
  for (let i = 0; i < steps; i++) {
    const x = [1, i % 3];
    squares.push(...w.map((v) => v * v));
    sums.push(...w.map((v, j) => v + (x[j] as number)));
    w = w.map((v, j) => v * (x[j] as number) + 1);
  }
  return { squares, sums, last: w };
}

describe('several steps on a device with memory of its own', () => {
  test.each([1, 2, 7, 45, 70])('%i steps give what as many runs give', async (steps) => {
    const runSteps = await compiled();
    const held = await stateOf(tensor([2, 3]));
    const { square, sum } = await runSteps(steps, feeds(steps), held);
    const { squares, sums, last } = expected(steps);
    expect(square).toEqual({ dtype: 'float32', shape: [steps, 2], data: Float32Array.from(squares) });
    expect(sum).toEqual({ dtype: 'float32', shape: [steps, 2], data: Float32Array.from(sums) });
    expect((await held.read())['w']?.data).toEqual(Float32Array.from(last));
  });

  test('are all under way before anything is read, and each result is read a few times in all', async () => {
    const runSteps = await compiled();
    const held = await stateOf(tensor([2, 3]));
    await runSteps(45, feeds(45), held);
    expect(log.slice(0, 45)).toEqual(Array.from({ length: 45 }, () => 'step'));
    // 45 = 32 + 8 + 4 + 1, for each of two results; a run by itself would have read 90 times.
    expect(log.slice(45)).toEqual(Array.from({ length: 8 }, () => 'other reads 1'));
  });

  test('leave behind the entries of the state, and those that rollback brings back', async () => {
    const runSteps = await compiled();
    const held = await stateOf(tensor([2, 3]));
    for (let i = 0; i < 3; i++) await runSteps(5, feeds(5), held);
    expect(alive.size).toBe(2);
    await runSteps(1, feeds(1), held);
    await runSteps(4, feeds(4), held);
    await held.rollback();
    expect(alive.size).toBe(1);
    held.dispose();
    await held.exclusively(() => {});
    expect(alive.size).toBe(0);
  });

  test('that fail midway leave no result behind, and can be undone together', async () => {
    const runSteps = await compiled();
    const held = await stateOf(tensor([2, 3]));
    failing = 3;
    await expect(runSteps(5, feeds(5), held)).rejects.toThrow('the device is lost');
    expect(alive.size).toBe(2);
    expect(await held.rollback()).toBe(true);
    expect((await held.read())['w']?.data).toEqual(Float32Array.of(2, 3));
    expect(alive.size).toBe(1);
  });
});
