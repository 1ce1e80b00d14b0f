import { loadOnnx, onnx } from '@descent/backend-onnx';
import { tfjs } from '@descent/backend-tfjs';
import type { Backend, NDArray } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { afterEach, describe, expect, test } from 'vitest';
import { problemOf } from '../src/session/problem.ts';
import type { OwnData, SessionApi, SessionEvent } from '../src/session/protocol.ts';
import { createSession } from '../src/session/session.ts';
import type { EngineName, Experiment } from '../src/state/experiment.ts';

const opened: SessionApi[] = [];
afterEach(async () => {
  for (const session of opened.splice(0)) await session.dispose();
});

/** Engines of Node under the names of the page. */
const ENGINES: Readonly<Partial<Record<EngineName, () => Promise<Backend>>>> = {
  'onnx:wasm': async () => onnx({ device: 'cpu', threads: 1 }),
  'tfjs:wasm': () => tfjs({ engine: 'wasm' }),
  'onnx:webgpu': async () => referenceBackend(),
};

function start(): { readonly session: SessionApi; readonly events: SessionEvent[]; readonly losses: () => number[] } {
  const events: SessionEvent[] = [];
  const session = createSession((event) => void events.push(event), {
    open: async (engine) => {
      const make = ENGINES[engine];
      if (make === undefined) throw new Error(`no ${engine} here`);
      return { backend: await make(), info: { engine, threads: null, isIsolated: false } };
    },
  });
  opened.push(session);
  return { session, events, losses: () => events.flatMap((e) => (e.type === 'steps' ? e.losses : [])) };
}

/** Two classes that a small network learns, of 40 samples to train and 20 to test. */
function points(): OwnData {
  const set = (from: number, count: number) => {
    const x = Float32Array.from({ length: count * 2 }, (_, i) => Math.sin((from + i) * 12.9898));
    const y = Int32Array.from({ length: count }, (_, i) => (x[2 * i]! * x[2 * i + 1]! > 0 ? 1 : 0));
    return {
      x: { dtype: 'float32', shape: [count, 2], data: x } as const,
      y: { dtype: 'int32', shape: [count], data: y } as const,
      classes: ['same', 'different'],
    };
  };
  return { train: set(0, 40), test: set(1000, 20) };
}

const SMALL: Experiment = {
  model: [['linear', 2, 8], 'tanh', ['dropout', 0.1], ['linear', 8, 2]],
  data: { csv: 'points.csv', target: 'class' },
  optimizer: ['adam', { lr: 0.05 }],
  batchSize: 8,
  epochs: 6,
  seed: 3,
  validation: 0.2,
  backend: 'onnx:wasm',
};

let whole: Promise<readonly number[]> | null = null;

/** The losses of a run of all epochs that nothing interrupts. */
function uninterrupted(): Promise<readonly number[]> {
  whole ??= (async () => {
    const { session, losses } = start();
    await session.open(SMALL, points());
    await session.train(SMALL.epochs);
    return losses();
  })();
  return whole;
}

// On a machine that does other things as well, engines take a while to open.
describe('a session', { timeout: 60_000 }, () => {
  test('says what it opened, tells each step and epoch once, and ends where it was told', async () => {
    const { session, events, losses } = start();
    const found = await session.open(SMALL, points());
    expect(found).toMatchObject({
      ...{ sampleShape: [2], outputShape: [2], task: 'classification', trainSamples: 32, validationSamples: 8 },
      ...{ testSamples: 20, parameterCount: 42, stepsAnEpoch: 4 },
    });
    expect(await session.train(6)).toBe(6);
    expect(losses()).toHaveLength(24);
    const groups = events.flatMap((e) => (e.type === 'steps' ? [e] : []));
    let next = 1;
    for (const { from, losses, accuracies } of groups) {
      expect(from).toBe(next);
      expect(accuracies).toHaveLength(losses.length);
      next += losses.length;
    }
    const epochs = events.flatMap((e) => (e.type === 'epoch' ? [e.scores] : []));
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(epochs[5]?.validation?.accuracy).toBeGreaterThan(0.4);
  });

  test('gives the same numbers when it is stopped and goes on, looks in between, and makes single steps', async () => {
    const { session, losses } = start();
    await session.open(SMALL, points());
    await session.train(1);
    const seen = await session.step([{ name: '0.weight', index: [3, 1] }]);
    const steepest = await session.step([]);
    expect(steepest.weights.map(({ name, index }) => [name, index.length])).toEqual([
      ['0.weight', 2],
      ['0.bias', 1],
      ['3.weight', 2],
      ['3.bias', 1],
    ]);
    expect(steepest.weights.every(({ gradient }) => gradient !== 0)).toBe(true);
    const training = session.train(6);
    session.pause();
    const inPause = await session.predict(points().train.x as NDArray);
    const { scores } = await session.evaluate('validation', 3);
    expect(inPause.output.shape).toEqual([40, 2]);
    expect(scores.loss).toBeGreaterThan(0);
    await session.rangeTest({ from: 1e-4, to: 1, steps: 7 });
    session.resume();
    await training;
    expect(losses()).toEqual(await uninterrupted());
    expect(seen).toMatchObject({ step: 5, samples: 8 });
    expect(seen.loss).toBeCloseTo(losses()[4]!, 5);
    const [weight] = seen.weights;
    // Adam's first steps are about as large as the learning rate, against the gradient.
    expect(weight!.lr).toBe(0.05);
    expect(Math.abs(weight!.after - weight!.before)).toBeLessThan(0.06);
    expect(weight!.after).not.toBe(weight!.before);
  });

  test('goes on with the same curve on another engine, and exactly on the same one', async () => {
    const plain = await uninterrupted();
    for (const [engine, isSame] of [
      ['onnx:wasm', true],
      ['tfjs:wasm', false],
      ['onnx:webgpu', false],
    ] as const) {
      const { session, events, losses } = start();
      await session.open(SMALL, points());
      await session.train(2);
      await session.step([]);
      await session.switchEngine(engine);
      await session.train(6);
      expect(events).toContainEqual({ type: 'engine', info: { engine, threads: null, isIsolated: false }, step: 9 });
      if (isSame) expect(losses()).toEqual(plain);
      else for (const [i, loss] of losses().entries()) expect(Math.abs(loss - plain[i]!)).toBeLessThan(1e-4);
    }
  });

  test('keeps its engine when another does not open', async () => {
    const { session, losses } = start();
    await session.open(SMALL, points());
    await session.train(2);
    await expect(session.switchEngine('tfjs:webgl')).rejects.toThrow('no tfjs:webgl here');
    await session.train(6);
    expect(losses()).toEqual(await uninterrupted());
  });

  test('takes up a checkpoint as if it had never stopped, and refuses that of another network', async () => {
    const plain = await uninterrupted();
    const { session } = start();
    await session.open(SMALL, points());
    await session.train(2);
    await session.step([]);
    const bytes = await session.checkpoint();

    const next = start();
    await next.session.open(SMALL, points());
    await next.session.restore(bytes, 'checkpoint');
    expect(next.events.at(-1)).toMatchObject({ type: 'restored', step: 9 });
    await next.session.train(6);
    expect(next.losses()).toEqual(plain.slice(9));

    const other = start();
    await other.session.open({ ...SMALL, model: [['linear', 2, 6], 'relu', ['linear', 6, 2]] }, points());
    const error = await other.session.restore(bytes, 'checkpoint').then(
      () => null,
      (error: unknown) => problemOf(error),
    );
    expect(error).toMatchObject({ name: 'StateError', received: expect.stringContaining('0.weight') });
    const optimizer = start();
    await optimizer.session.open({ ...SMALL, optimizer: ['sgd', { lr: 0.1, momentum: 0.9 }] }, points());
    const refused = await optimizer.session.restore(bytes, 'checkpoint').then(
      () => null,
      (error: unknown) => problemOf(error),
    );
    expect(refused).toMatchObject({ name: 'StateError' });
  });

  test('shows a step of gradient descent whose numbers add up', async () => {
    const { session } = start();
    await session.open({ ...SMALL, optimizer: ['sgd', { lr: 0.5 }] }, points());
    const { weights } = await session.step([]);
    expect(weights).toHaveLength(4);
    for (const { before, gradient, lr, after } of weights) expect(before - lr * gradient).toBeCloseTo(after, 6);
  });

  test('shows what each layer gives, and the last one is the output', async () => {
    const { session } = start();
    await session.open(SMALL, points());
    const { x } = await session.samples('test', 2, 5);
    const layers = await session.activations(x);
    expect(layers.map(({ path, output }) => [path, output.shape])).toEqual([
      ['0', [5, 8]],
      ['1', [5, 8]],
      ['2', [5, 8]],
      ['3', [5, 2]],
    ]);
    // Dropout does nothing in inference.
    expect(layers[2]?.output.data).toEqual(layers[1]?.output.data);
    const { output, isProbabilities } = await session.predict(x);
    expect(isProbabilities).toBe(true);
    for (let i = 0; i < 5; i++) {
      const [a, b] = [0, 1].map((c) => layers[3]!.output.data[2 * i + c] as number) as [number, number];
      expect(output.data[2 * i + 1]).toBeCloseTo(1 / (1 + Math.exp(a - b)), 5);
    }
  });

  test('judges a set: the confusion matrix and the mistakes agree with the accuracy', async () => {
    const { session } = start();
    await session.open(SMALL, points());
    await session.train(3);
    const { scores, confusion, mistakes } = await session.evaluate('test', 100);
    const all = confusion!.flat().reduce((sum, n) => sum + n, 0);
    const right = confusion!.reduce((sum, row, c) => sum + row[c]!, 0);
    expect(all).toBe(20);
    expect(right / all).toBeCloseTo(scores.accuracy!, 6);
    expect(mistakes).toHaveLength(all - right);
    expect(mistakes.every(({ label, predicted }) => label !== predicted)).toBe(true);
  });

  test('raises the learning rate on a copy', async () => {
    const { session, losses } = start();
    await session.open(SMALL, points());
    const before = await session.parameters();
    const range = await session.rangeTest({ from: 1e-3, to: 1, steps: 31 });
    expect(range[0]?.lr).toBeCloseTo(1e-3, 9);
    expect(range[10]?.lr).toBeCloseTo(1e-2, 9);
    expect(await session.parameters()).toEqual(before);
    await session.train(6);
    expect(losses()).toEqual(await uninterrupted());
  });

  test('exports files that hold its numbers', async () => {
    const { session } = start();
    await session.open(SMALL, points());
    const { bytes, maxAbsDifference, samples } = await session.exportOnnx();
    expect(bytes.length).toBeGreaterThan(100);
    expect(maxAbsDifference).toBeLessThan(1e-4);
    expect(samples).toBe(20);
    const file = await session.exportSafetensors();
    const next = start();
    await next.session.open({ ...SMALL, seed: 8 }, points());
    await next.session.restore(file, 'safetensors');
    expect(await next.session.parameters()).toEqual(await session.parameters());
  });

  test('an ONNX file of own pictures says how pictures are prepared', async () => {
    const { session } = start();
    const pictures = (count: number) => ({
      x: { dtype: 'uint8', shape: [count, 1, 4, 4], data: Uint8Array.from({ length: count * 16 }, (_, i) => i % 256) },
      y: { dtype: 'int32', shape: [count], data: Int32Array.from({ length: count }, (_, i) => i % 2) },
      classes: ['cat', 'dog'],
    });
    const own = { train: pictures(8), test: null } as OwnData;
    const data = { images: 'pets', width: 4, height: 4, channels: 1 } as const;
    const model = [['rescale', 1 / 255], 'flatten', ['linear', 16, 2]] as const;
    await session.open({ ...SMALL, model, data, validation: 0.25 }, own);
    const { bytes } = await session.exportOnnx();
    const file = await loadOnnx(bytes);
    expect(file).toMatchObject({ labels: ['cat', 'dog'], preprocessing: { width: 4, height: 4, channels: 1 } });
    file.dispose();
  });

  test('says in parts what is wrong with a network', async () => {
    const { session } = start();
    const problem = await session.open({ ...SMALL, model: [['linear', 3, 2]] }, points()).then(
      () => null,
      (error: unknown) => problemOf(error),
    );
    expect(problem).toMatchObject({ name: 'ShapeError', path: expect.stringContaining('linear(3 → 2)') });
    await expect(session.train(1)).rejects.toThrow('no network');
  });

  test('stops', async () => {
    const { session, losses } = start();
    await session.open(SMALL, points());
    const training = session.train(100_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    session.stop();
    await training;
    expect(losses().length).toBeLessThan(400_000);
  });
});
