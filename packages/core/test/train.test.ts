import {
  accuracy,
  adam,
  type Batch,
  type BatchSource,
  type Callback,
  conv2d,
  createTrainer,
  crossEntropy,
  dropout,
  type EpochRecord,
  earlyStopping,
  everySteps,
  type FitEvent,
  type FitPosition,
  fit,
  flatten,
  type Layer,
  linear,
  maxPool2d,
  mse,
  type NDArray,
  NumericError,
  ndarray,
  type Optimizer,
  relu,
  rescale,
  StateError,
  sequential,
  sgd,
  type Trainer,
  type TrainerOptions,
  type TrainerState,
  trainingControl,
  ValueError,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';

/** Images of three classes: a bright band at the top, in the middle or at the bottom. */
function bands(count: number): Batch {
  const x = new Uint8Array(count * 64);
  const y = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const label = i % 3;
    y[i] = label;
    for (let j = 0; j < 64; j++) x[i * 64 + j] = ((i * 7 + j * 13) % 50) + (Math.floor(j / 22) === label ? 150 : 0);
  }
  return { x: ndarray('uint8', [count, 1, 8, 8], x), y: ndarray('int32', [count], y) };
}

function rows({ x, y }: Batch, from: number, to: number): Batch {
  const take = (a: NDArray): NDArray => {
    const size = a.data.length / (a.shape[0] as number);
    return { ...a, shape: [to - from, ...a.shape.slice(1)], data: a.data.slice(from * size, to * size) } as NDArray;
  };
  return { x: take(x), y: take(y) };
}

function source(data: Batch, batchSize: number, { resident }: { resident: boolean }) {
  const count = data.x.shape[0] as number;
  const length = Math.ceil(count / batchSize);
  const batches = Array.from({ length }, (_, i) => rows(data, i * batchSize, Math.min(count, (i + 1) * batchSize)));
  const fed = { length, batchSize, epoch: () => batches };
  return resident ? { ...fed, dataset: data, indices: () => Uint32Array.from({ length: count }, (_, i) => i) } : fed;
}

const cnn = (): Layer =>
  sequential(rescale(1 / 255), conv2d(1, 4, 3), relu(), maxPool2d(2), flatten(), dropout(0.2), linear(36, 3));

function trainer(options: Partial<TrainerOptions> = {}): Promise<Trainer> {
  return createTrainer({
    model: cnn(),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.02 }),
    metrics: [accuracy()],
    backend: referenceBackend(),
    seed: 1,
    ...options,
  });
}

describe('a hand-written loop', () => {
  test('learns, and evaluates without dropout', async () => {
    const data = bands(60);
    const t = await trainer();
    const losses: number[] = [];
    for (let epoch = 0; epoch < 6; epoch++) {
      for (const { x, y } of source(data, 20, { resident: false }).epoch()) losses.push((await t.step(x, y)).loss);
    }
    expect(t.stepCount).toBe(18);
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2);
    const first = await t.evaluate(source(data, 20, { resident: false }).epoch());
    expect(first.accuracy).toBeGreaterThan(0.9);
    expect(await t.evaluate(source(data, 20, { resident: false }).epoch())).toEqual(first);
  });

  test('weights means by the size of the batch', async () => {
    const data = bands(25);
    const t = await trainer();
    const whole = await t.evaluate([data]);
    const parts = await t.evaluate([rows(data, 0, 20), rows(data, 20, 25)]);
    expect(parts.loss).toBeCloseTo(whole.loss, 5);
    expect(parts.accuracy).toBeCloseTo(whole.accuracy as number, 6);
  });

  test('refuses samples and targets of different counts', async () => {
    const t = await trainer();
    await expect(t.step(bands(3).x, bands(4).y)).rejects.toThrow(ValueError);
    await expect(t.evaluate([])).rejects.toThrow('nothing to average');
  });
});

describe('one seed, one curve', () => {
  const losses = async (options: Partial<TrainerOptions>): Promise<number[]> => {
    const t = await trainer(options);
    const data = bands(20);
    const out: number[] = [];
    for (let i = 0; i < 4; i++) out.push((await t.step(data.x, data.y)).loss);
    return out;
  };

  test('the same seed gives the same numbers, another seed others', async () => {
    expect(await losses({ seed: 5 })).toEqual(await losses({ seed: 5 }));
    expect(await losses({ seed: 5 })).not.toEqual(await losses({ seed: 6 }));
  });

  test('dropout draws new masks each step from the seed alone', async () => {
    const model = sequential(flatten(), dropout(0.5), linear(4, 2));
    const backend = referenceBackend();
    const parameters = {
      '2.weight': ndarray('float32', [2, 4], new Float32Array(8).fill(1)),
      '2.bias': ndarray('float32', [2], new Float32Array(2)),
    };
    const run = async (seed: number): Promise<number[]> => {
      const t = await createTrainer({ model, loss: mse(), optimizer: sgd({ lr: 0 }), backend, seed, parameters });
      const x = ndarray(
        'float32',
        [8, 4],
        Float32Array.from({ length: 32 }, (_, i) => i),
      );
      const y = ndarray('float32', [8, 2], new Float32Array(16));
      return [(await t.step(x, y)).loss, (await t.step(x, y)).loss];
    };
    const [first, second] = await run(1);
    expect(first).not.toBe(second);
    expect(await run(1)).toEqual([first, second]);
    expect(await run(2)).not.toEqual([first, second]);
  });
});

describe('fit', () => {
  test.each([true, false])('logs the epoch line and reports events (resident: %s)', async (resident) => {
    const data = bands(50);
    const lines: string[] = [];
    const events: FitEvent[] = [];
    const { history } = await fit(await trainer(), {
      train: source(data, 20, { resident }),
      test: source(data, 20, { resident }),
      epochs: 2,
      log: (line) => lines.push(line),
      onEvent: (e) => events.push(e),
    });
    expect(lines[0]).toMatch(/^epoch 1, train_loss \d\.\d{4}, train_accuracy \d\.\d{4}, test_accuracy \d\.\d{4}$/);
    expect(events.map((e) => e.type)).toEqual(['step', 'step', 'step', 'epoch', 'step', 'step', 'step', 'epoch']);
    expect(history.map((r) => r.epoch)).toEqual([1, 2]);
  });

  test('a resident data set gives the numbers of one that is fed', async () => {
    const data = bands(50);
    const run = async (resident: boolean) => {
      const given = source(data, 20, { resident });
      const { history } = await fit(await trainer(), { train: given, test: given, epochs: 3, log: null });
      return history.map(({ train, test }) => ({ train, test }));
    };
    expect(await run(true)).toEqual(await run(false));
  });

  test('a validation set is shown beside the test set', async () => {
    const data = bands(20);
    const given = source(data, 20, { resident: false });
    const lines: string[] = [];
    await fit(await trainer(), { train: given, validation: given, test: given, epochs: 1, log: (l) => lines.push(l) });
    expect(lines[0]).toMatch(/train_accuracy .*, validation_loss .*, validation_accuracy .*, test_accuracy/);
  });

  test.each([true, false])(
    'resuming in the middle of an epoch equals never having stopped (resident: %s)',
    async (resident) => {
      const train = source(bands(70), 10, { resident });
      const options = { train, test: train, epochs: 3, log: null };
      const times = (history: readonly EpochRecord[]) => history.map(({ seconds: _, ...rest }) => rest);
      const unbroken = await trainer();
      const whole = await fit(unbroken, options);

      const first = await trainer();
      let saved: { state: TrainerState; position: FitPosition } | undefined;
      const stopping = everySteps(5, async ({ trainer, position, stop }) => {
        if (trainer.stepCount !== 10) return;
        saved = structuredClone({ state: await trainer.state(), position });
        stop('enough');
      });
      const part = await fit(first, { ...options, callbacks: [stopping] });
      expect(part.stopped).toBe('enough');
      expect(part.history).toHaveLength(1);
      expect(saved?.position).toMatchObject({ epoch: 2, step: 3 });

      const second = await trainer({ seed: 1 });
      await second.load(saved?.state as TrainerState);
      const rest = await fit(second, { ...options, resume: saved?.position as FitPosition });
      expect(times(rest.history)).toEqual(times(whole.history));
      expect(await second.state()).toEqual(await unbroken.state());
    },
  );

  test.each([true, false])('asks a source for the rest of an epoch (which it can leave out: %s)', async (canBegin) => {
    const whole = source(bands(50), 10, { resident: false });
    const batches = whole.epoch();
    const made: number[] = [];
    const asked: unknown[] = [];
    const train: BatchSource = {
      ...whole,
      epoch(_, options) {
        asked.push(options);
        const from = canBegin ? (options?.from ?? 0) : 0;
        return {
          ...(canBegin ? { from } : {}),
          *[Symbol.iterator]() {
            for (let i = from; i < batches.length; i++) {
              made.push(i);
              yield batches[i] as Batch;
            }
          },
        };
      },
    };
    const t = await trainer();
    const resume = { epoch: 1, step: 3, totals: { sums: {}, samples: 0 }, history: [] };
    await fit(t, { train, epochs: 2, resume, log: null });
    expect(asked).toEqual([{ from: 3 }, { from: 0 }]);
    expect(made).toEqual([...(canBegin ? [] : [0, 1, 2]), 3, 4, 0, 1, 2, 3, 4]);
    expect(t.stepCount).toBe(7);
  });

  test('an aborted signal ends training after the current steps', async () => {
    const signal = { aborted: false };
    const t = await trainer();
    const onEvent = (e: FitEvent) => {
      if (e.type === 'step' && e.step === 2) signal.aborted = true;
    };
    const result = await fit(t, {
      train: source(bands(50), 10, { resident: false }),
      epochs: 2,
      signal,
      onEvent,
      log: null,
    });
    expect(result.stopped).toMatch(/told to/);
    expect(t.stepCount).toBe(2);
  });

  test('early stopping goes back to the best epoch', async () => {
    const data = bands(30);
    const t = await trainer({ optimizer: sgd({ lr: (step) => (step <= 6 ? 0.1 : 3) }) });
    const states: TrainerState[] = [];
    const recording: Callback = { onEpoch: async (_, { trainer }) => void states.push(await trainer.state()) };
    const given = source(data, 10, { resident: false });
    const stopping = earlyStopping({ metric: 'test.loss', patience: 2 });
    const { history, stopped } = await fit(t, {
      train: given,
      test: given,
      epochs: 20,
      callbacks: [recording, stopping],
      log: null,
    });
    expect(stopped).toMatch(/test\.loss has not improved for 2 epochs.*epoch 2/);
    expect(history).toHaveLength(4);
    expect(await t.state()).toEqual(states[1]);
  });

  test('early stopping after a resume counts the epochs before it', async () => {
    const t = await trainer();
    const given = source(bands(10), 10, { resident: false });
    const record = (epoch: number, loss: number): EpochRecord => ({
      epoch,
      train: { loss },
      validation: { loss },
      test: null,
      seconds: 1,
    });
    const resume = {
      epoch: 4,
      step: 0,
      totals: { sums: {}, samples: 0 },
      history: [1e-9, 2, 2].map((l, i) => record(i + 1, l)),
    };
    const { history, stopped } = await fit(t, {
      train: given,
      validation: given,
      epochs: 9,
      resume,
      callbacks: [earlyStopping({ patience: 3 })],
      log: null,
    });
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(stopped).toContain('the best was 1.000e-9 in epoch 1');
  });

  test('a control pauses, resumes and stops from outside', async () => {
    const control = trainingControl();
    const losses: number[] = [];
    const train = source(bands(40), 10, { resident: false });
    const running = fit(await trainer(), {
      train,
      epochs: 100,
      signal: control,
      log: null,
      onEvent(event) {
        if (event.type !== 'step') return;
        losses.push(event.metrics.loss);
        if (losses.length === 3) control.pause();
        if (losses.length === 6) control.stop();
      },
    });
    const turn = (): Promise<void> => new Promise((next) => setTimeout(next, 1));
    while (!control.paused) await turn();
    await turn();
    expect(losses).toHaveLength(3);
    control.resume();
    const { stopped, history } = await running;
    expect(stopped).toBe('it was told to');
    expect(history).toHaveLength(1);
    const unbroken: number[] = [];
    await fit(await trainer(), {
      train,
      epochs: 2,
      log: null,
      onEvent: (event) => event.type === 'step' && unbroken.push(event.metrics.loss),
    });
    expect(losses).toEqual(unbroken.slice(0, 6));
  });

  test('a control that is stopped while paused ends', async () => {
    const control = trainingControl();
    control.pause();
    setTimeout(control.stop, 5);
    const train = source(bands(20), 10, { resident: false });
    const t = await trainer();
    const { stopped, history } = await fit(t, { train, epochs: 5, signal: control, log: null });
    expect(t.stepCount).toBe(0);
    expect([stopped, history.length, control.aborted, control.paused]).toEqual(['it was told to', 0, true, false]);
  });

  test('early stopping on a metric that is not there lists what is', async () => {
    const given = source(bands(10), 10, { resident: false });
    const callbacks = [earlyStopping({ metric: 'validation.loss' })];
    await expect(fit(await trainer(), { train: given, epochs: 2, callbacks, log: null })).rejects.toThrow(
      /train\.loss, train\.accuracy/,
    );
    expect(() => earlyStopping({ patience: 0 })).toThrow(/patience/);
  });

  test('refuses zero epochs and an empty source', async () => {
    const data = bands(6);
    await expect(fit(await trainer(), { train: source(data, 2, { resident: false }), epochs: 0 })).rejects.toThrow(
      'number of epochs',
    );
    await expect(
      fit(await trainer(), { train: { length: 0, batchSize: 2, epoch: () => [] }, epochs: 1 }),
    ).rejects.toThrow('nothing to train on');
  });
});

describe('state', () => {
  const steps = async (t: Trainer, n: number): Promise<void> => {
    const { x, y } = bands(12);
    for (let i = 0; i < n; i++) await t.step(x, y);
  };

  test('resuming equals never having stopped', async () => {
    const unbroken = await trainer();
    await steps(unbroken, 5);
    const before = await trainer();
    await steps(before, 2);
    const after = await trainer({ seed: 1, parameters: (await (await trainer({ seed: 9 })).state()).parameters });
    await after.load(await before.state());
    await steps(after, 3);
    expect(await after.state()).toEqual(await unbroken.state());
  });

  test('state of another network is refused, naming each difference', async () => {
    const other = await createTrainer({
      model: sequential(flatten(), linear(64, 3)),
      loss: crossEntropy(),
      optimizer: adam(),
      backend: referenceBackend(),
    });
    const t = await trainer();
    await expect(t.load(await other.state())).rejects.toThrow(StateError);
    await expect(t.load(await other.state())).rejects.toThrow(
      /1\.weight is \[3, 64\], not \[4, 1, 3, 3\].*6\.weight is missing/,
    );
  });

  test('state of another optimizer is refused, naming the slots', async () => {
    const withMomentum = await trainer({ optimizer: sgd({ lr: 0.1, momentum: 0.9 }) });
    const t = await trainer();
    await expect(t.load(await withMomentum.state())).rejects.toThrow(
      /m\/1\.weight is missing.*momentum\/1\.weight is not a slot/,
    );
  });
});

describe('a loss that is not finite', () => {
  const diverging: Optimizer = sgd({ lr: 1e30 });

  test('stops with the step, the layer and the usual causes, and keeps the last good parameters', async () => {
    const { x, y } = bands(9);
    const t = await trainer({ optimizer: diverging });
    await t.step(x, y);
    const good = await t.parameters();
    const error = await t.step(x, y).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(NumericError);
    expect(String(error)).toMatch(/step 2/);
    expect(String(error)).toMatch(/the output of layer \d/);
    expect(String(error)).toMatch(/learning rate/);
    expect(await t.parameters()).toEqual(good);
    expect(t.stepCount).toBe(1);
  });

  test('several steps in one run name the same step and leave the same parameters', async () => {
    const data = bands(30);
    const t = await trainer({ optimizer: diverging });
    const resident = await t.resident(data);
    const error = await resident
      .train(
        Uint32Array.from({ length: 30 }, (_, i) => i),
        10,
      )
      .catch((e: unknown) => e);
    expect(String(error)).toMatch(/step 2/);
    expect(t.stepCount).toBe(1);
    const single = await trainer({ optimizer: diverging });
    await single.step(rows(data, 0, 10).x, rows(data, 0, 10).y);
    expect(await t.parameters()).toEqual(await single.parameters());
  });

  test('NaN in the data is found in the data', async () => {
    const t = await createTrainer({
      model: linear(2, 1),
      loss: mse(),
      optimizer: sgd({ lr: 0.1 }),
      backend: referenceBackend(),
    });
    const x = ndarray('float32', [1, 2], Float32Array.of(1, Number.NaN));
    await expect(t.step(x, ndarray('float32', [1, 1], Float32Array.of(1)))).rejects.toThrow('the input x');
  });
});
