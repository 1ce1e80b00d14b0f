import {
  type Backend,
  BackendError,
  type BatchSource,
  createTrainer,
  fit,
  linear,
  mse,
  ndarray,
  type Parameters,
  sgd,
  type Trainer,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';

const numbers = (shape: readonly number[], k: number) =>
  ndarray(
    'float32',
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(k * (i + 1))),
  );
const data = { x: numbers([6, 3], 1), y: numbers([6, 2], 2) };
const other = { x: numbers([4, 3], 3), y: numbers([4, 2], 4) };
const BYTES = 4 * (6 * 3 + 6 * 2);
const rows = Uint32Array.of(0, 1, 2, 3);

/** A trainer, the sizes of the data on its device, and how many programs it has compiled. */
async function watched() {
  const sizes = new Map<string, number>();
  const inner = referenceBackend();
  const seen = { programs: 0 };
  const backend: Backend = {
    ...inner,
    compile(...args) {
      seen.programs++;
      return inner.compile(...args);
    },
    async state(entries) {
      const state = await inner.state(entries);
      return Object.assign(state, {
        write: ((write) => (given: typeof entries) => {
          for (const [name, { data }] of Object.entries(given))
            if (name.startsWith('data/')) sizes.set(name, data.length);
          return write(given);
        })(state.write.bind(state)),
      });
    },
  };
  const trainer = await createTrainer({ model: linear(3, 2), loss: mse(), optimizer: sgd({ lr: 0.1 }), backend });
  return { trainer, seen, total: () => [...sizes.values()].filter((n) => n > 1).reduce((a, b) => a + b, 0) };
}

const source = (of: typeof data) => ({
  length: 1,
  batchSize: of.x.shape[0] as number,
  dataset: of,
  indices: () => Uint32Array.from({ length: of.x.shape[0] as number }, (_, i) => i),
  epoch: () => [of],
});

const trained = async (trainer: Trainer, options: { maxResidentBytes?: number } = {}): Promise<Parameters> => {
  const sources = { train: source(data), validation: source(other), test: source(data) };
  await fit(trainer, { ...sources, epochs: 2, log: null, ...options });
  return trainer.parameters();
};

describe('data on the device', () => {
  test('is freed when nobody uses it any more; its program serves the next', async () => {
    const { trainer, total, seen } = await watched();
    const [a, b] = [await trainer.resident(data), await trainer.resident(data)];
    await a.train(rows, 4);
    expect(total()).toBe(30);
    a.dispose();
    a.dispose();
    await b.train(rows, 4);
    expect(() => a.length).not.toThrow();
    await expect(a.train(rows, 4)).rejects.toThrow(BackendError);
    await expect(a.evaluate(4)).rejects.toThrow(/data set on the device was used after dispose/);
    b.dispose();
    await trainer.parameters();
    expect(total()).toBe(0);
    const compiled = seen.programs;
    const c = await trainer.resident({ ...data });
    const d = await trainer.resident(other);
    await c.train(rows, 4);
    expect(seen.programs).toBe(compiled);
    expect(await d.evaluate(4)).toEqual(await trainer.evaluate([other]));
    trainer.dispose();
    c.dispose();
  });

  test('of a fit is freed at its end, also after an error', async () => {
    const { trainer, total } = await watched();
    const kept = await trainer.resident(other);
    await trained(trainer);
    expect(total()).toBe(20);
    const failing = { onEpoch: () => Promise.reject(new Error('no')) };
    await expect(fit(trainer, { train: source(data), epochs: 1, log: null, callbacks: [failing] })).rejects.toThrow(
      'no',
    );
    await trainer.parameters();
    expect(total()).toBe(20);
    kept.dispose();
    await trainer.parameters();
    expect(total()).toBe(0);
  });

  test.each([
    ['all', undefined, 50],
    ['what fits', BYTES, 30],
    ['nothing', 0, 0],
  ])('of a fit is %s within the limit, with the same numbers', async (_, maxResidentBytes, most) => {
    const { trainer, total } = await watched();
    let seen = 0;
    const look = {
      onEpoch() {
        seen = Math.max(seen, total());
      },
    };
    const limit = maxResidentBytes === undefined ? {} : { maxResidentBytes };
    const sources = { train: source(data), validation: source(other) };
    await fit(trainer, { ...sources, epochs: 2, log: null, callbacks: [look], ...limit });
    expect(seen).toBe(most);
    const plain = await watched();
    await fit(plain.trainer, { ...sources, epochs: 2, log: null });
    expect(await trainer.parameters()).toEqual(await plain.trainer.parameters());
  });

  test('of a fit leaves out a source that is not to be there', async () => {
    const { trainer, total } = await watched();
    const seen: number[] = [];
    const look = { onEpoch: () => void seen.push(total()) };
    const sources = { train: { ...source(data), resident: false }, validation: source(other) };
    await fit(trainer, { ...sources, epochs: 2, log: null, callbacks: [look] });
    expect(seen).toEqual([20, 20]);
    const plain = await watched();
    await fit(plain.trainer, { ...sources, train: source(data), epochs: 2, log: null });
    expect(await trainer.parameters()).toEqual(await plain.trainer.parameters());
    const odd = { ...source(data), resident: 'no' as never };
    await expect(fit(trainer, { train: odd, epochs: 3, log: null })).rejects.toThrow(/resident: the text "no"/);
  });

  test.each([
    ['on the device', {}, {}],
    ['that does not fit', {}, { maxResidentBytes: 0 }],
    ['that is not to be there', { resident: false }, {}],
  ])('of a fit looks at all targets before it trains: of data %s', async (_, said, limit) => {
    const bad = { x: data.x, y: { ...data.y, data: data.y.data.with(11, Number.NaN) } };
    const [good, odd] = [data, bad].map((of) => ({ ...source(of), batchSize: 2, length: 3, ...said }));
    for (const sources of [{ train: odd }, { train: good, test: odd }]) {
      const { trainer } = await watched();
      const refused = fit(trainer, { ...(sources as { train: BatchSource }), epochs: 1, log: null, ...limit });
      await expect(refused).rejects.toThrow(/mse: a target is not what it is compared with\n.*NaN in row 5/);
      expect(trainer.stepCount).toBe(0);
    }
  });

  test('refuses a limit that is no number of bytes', async () => {
    const { trainer } = await watched();
    for (const maxResidentBytes of [-1, 0.5, Number.NaN, '1' as never])
      await expect(trained(trainer, { maxResidentBytes })).rejects.toThrow(/maxResidentBytes/);
  });
});
