import {
  type Backend,
  BackendError,
  type Batch,
  createTrainer,
  type Executable,
  fit,
  type Layer,
  type Loss,
  linear,
  mse,
  type NDArray,
  ndarray,
  sgd,
  type Trainer,
  type TrainerOptions,
  ValueError,
} from '@descent/core';
import type { Program } from '@descent/core/backend';
import { mean } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';

const model = linear(2, 1);

function batch(size: number): Batch {
  const numbers = Float32Array.from({ length: size * 2 }, (_, i) => Math.sin(i));
  return { x: ndarray('float32', [size, 2], numbers), y: ndarray('float32', [size, 1], numbers.slice(0, size)) };
}

function make(options: Partial<TrainerOptions> = {}): Promise<Trainer> {
  return createTrainer({ model, loss: mse(), optimizer: sgd({ lr: 0.1 }), backend: referenceBackend(), ...options });
}

const step = (t: Trainer, size: number) => t.step(batch(size).x, batch(size).y);
const turn = (): Promise<void> => new Promise((next) => setTimeout(next, 0));

/** The program by which a trainer tries whether the backend can undo a run. */
const isTrial = ({ reads }: Program): boolean => reads.includes('tried');

/** The reference backend with a record of which of the trainer's programs are open. */
function watched(): Backend & { readonly open: Set<Executable>; compiled: number } {
  const backend = referenceBackend();
  const made = {
    ...backend,
    open: new Set<Executable>(),
    compiled: 0,
    async compile(...words: Parameters<Backend['compile']>) {
      const inner = await backend.compile(...words);
      if (isTrial(words[0])) return inner;
      made.compiled++;
      const executable: Executable = {
        ...inner,
        async run(feeds, state) {
          await turn();
          return inner.run(feeds, state);
        },
        dispose() {
          made.open.delete(executable);
          inner.dispose();
        },
      };
      made.open.add(executable);
      return executable;
    },
  };
  return made;
}

describe('dispose', () => {
  test('after a program that did not compile leaves no rejection behind, and the failure is not remembered', async () => {
    const rejections: unknown[] = [];
    const listen = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', listen);
    try {
      const backend = referenceBackend();
      let broken = true;
      const t = await make({
        backend: {
          ...backend,
          compile: async (...words) => {
            if (broken && !isTrial(words[0])) throw new BackendError('out of memory');
            return backend.compile(...words);
          },
        },
      });
      await expect(step(t, 2)).rejects.toThrow('out of memory');
      await expect(t.evaluate([batch(2)])).rejects.toThrow('out of memory');
      broken = false;
      expect((await step(t, 2)).loss).toBeGreaterThan(0);
      broken = true;
      await expect(step(t, 3)).rejects.toThrow('out of memory');
      t.dispose();
      await turn();
      await turn();
      expect(rejections).toEqual([]);
    } finally {
      process.off('unhandledRejection', listen);
    }
  });

  test('twice is as once, and every use after it says so', async () => {
    const t = await make();
    await step(t, 2);
    const resident = await t.resident(batch(4));
    const state = await t.state();
    t.dispose();
    t.dispose();
    const source = { length: 1, batchSize: 2, epoch: () => [batch(2)] };
    for (const use of [
      () => step(t, 2),
      () => t.evaluate([batch(2)]),
      () => t.parameters(),
      () => t.state(),
      () => t.load(state),
      () => t.resident(batch(2)),
      () => resident.train(Uint32Array.of(0), 1),
      () => resident.evaluate(2),
      () => fit(t, { train: source, epochs: 1, log: null }),
    ]) {
      const error = await use().catch((e: unknown) => e);
      expect(error, String(use)).toBeInstanceOf(BackendError);
      expect(String(error)).toContain('the trainer was used after dispose');
    }
  });

  test('in the middle of a step lets it end, and frees everything then', async () => {
    const backend = watched();
    const t = await make({ backend });
    const running = [step(t, 2), step(t, 3)];
    await turn();
    t.dispose();
    for (const result of await Promise.all(running)) expect(result.loss).toBeGreaterThan(0);
    await turn();
    expect(backend.open.size).toBe(0);
  });

  test('the backend can go first', async () => {
    const backend = referenceBackend();
    const t = await make({ backend });
    await step(t, 2);
    await backend.dispose();
    expect(() => t.dispose()).not.toThrow();
  });
});

test('calls that do not wait for each other are made one after the other', async () => {
  const [atOnce, inOrder] = [await make({ backend: watched() }), await make()];
  const losses = await Promise.all([step(atOnce, 2), step(atOnce, 3), step(atOnce, 2)]);
  const expected = [await step(inOrder, 2), await step(inOrder, 3), await step(inOrder, 2)];
  expect(losses).toEqual(expected);
  expect(await atOnce.state()).toEqual(await inOrder.state());
});

describe('programs', () => {
  test('are bounded, the least recently used goes first, and none while it runs', async () => {
    const backend = watched();
    const t = await make({ backend, maxPrograms: 2 });
    for (const size of [1, 2, 1, 3]) await step(t, size);
    expect(backend.open.size).toBe(2);
    const { compiled } = backend;
    await step(t, 1);
    expect(backend.compiled).toBe(compiled);
    await step(t, 2);
    expect(backend.compiled).toBe(compiled + 1);
    await Promise.all([1, 2, 3, 4].map((size) => step(t, size)));
    expect(backend.open.size).toBe(2);
    const other = await make({ backend: watched(), maxPrograms: 1 });
    for (const size of [1, 2, 1]) await step(other, size);
    await other.evaluate([batch(1), batch(2)]);
    expect(other.stepCount).toBe(3);
  });

  test('128 batch sizes leave 16', async () => {
    const backend = watched();
    const t = await make({ backend });
    for (let size = 1; size <= 128; size++) await step(t, size);
    expect(backend.open.size).toBe(16);
    t.dispose();
    await turn();
    expect(backend.open.size).toBe(0);
  });

  test.each([0, -1, 1.5, '4', null])('refuses maxPrograms %s', async (maxPrograms) => {
    await expect(make({ maxPrograms: maxPrograms as number })).rejects.toThrow(ValueError);
  });

  test('are fed only what they use', async () => {
    const indifferent: Loss = { label: 'indifferent', apply: (output) => mean(output) };
    const still = await make({ loss: indifferent, freeze: /./ });
    const before = await still.parameters();
    await step(still, 2);
    await still.evaluate([batch(2)]);
    await (await still.resident(batch(4))).train(Uint32Array.of(0, 1, 2, 3), 1);
    expect(await still.parameters()).toEqual(before);
    expect(still.stepCount).toBe(5);
  });
});

describe('the event loop', () => {
  /** Computes for about a millisecond in this thread. */
  const slow: Layer = linear(64, 64);
  const data = (): Batch => {
    const x = ndarray('float32', [4, 64], new Float32Array(256).fill(0.01));
    return { x, y: x };
  };
  const made = (): Promise<Trainer> => make({ model: slow });
  /** How often a timer fires while `work` runs. */
  const ticksDuring = async (work: (isOver: () => boolean) => Promise<unknown>): Promise<number> => {
    let ticks = 0;
    const start = performance.now();
    const timer = setInterval(() => ticks++, 1);
    try {
      await work(() => performance.now() - start > 200);
      return ticks;
    } finally {
      clearInterval(timer);
    }
  };

  test.each([true, false])('has its turn while fit computes in this thread (resident: %s)', async (resident) => {
    const control = { aborted: false };
    const { x, y } = data();
    const fed = { length: 2000, batchSize: 4, epoch: () => Array.from({ length: 2000 }, () => ({ x, y })) };
    const train = resident ? { ...fed, dataset: { x, y }, indices: () => new Uint32Array(8000) } : fed;
    const t = await made();
    const ticks = await ticksDuring(async () => {
      // Only a timer can end this.
      setTimeout(() => {
        control.aborted = true;
      }, 100);
      await fit(t, { train, epochs: 1000, signal: control, log: null });
    });
    expect(ticks).toBeGreaterThan(0);
    expect(t.stepCount).toBeLessThan(2_000_000);
  });

  test('has its turn in a loop of one’s own, and while evaluating', async () => {
    const { x, y } = data();
    const t = await made();
    expect(
      await ticksDuring(async (isOver) => {
        while (!isOver()) await t.step(x, y);
      }),
    ).toBeGreaterThan(0);
    expect(
      await ticksDuring(async (isOver) => {
        const batches = function* (): Generator<{ x: NDArray; y: NDArray }> {
          while (!isOver()) yield { x, y };
        };
        await t.evaluate(batches());
      }),
    ).toBeGreaterThan(0);
  });
});
