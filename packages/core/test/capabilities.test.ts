import {
  type Backend,
  conv2d,
  createTrainer,
  crossEntropy,
  fit,
  flatten,
  type Layer,
  linear,
  maxPool2d,
  ndarray,
  relu,
  rescale,
  sequential,
  sgd,
  type TrainerOptions,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';

const x = ndarray('uint8', [2, 1, 4, 4], new Uint8Array(32));
const y = ndarray('int32', [2], Int32Array.of(0, 1));

/** The reference without some ops; counts what it compiles. */
function without(...ops: readonly string[]): Backend & { readonly compiled: readonly string[] } {
  const backend = referenceBackend();
  const compiled: string[] = [];
  return {
    ...backend,
    name: 'toy',
    supports: (op) => !ops.includes(op),
    compiled,
    compile(program, options) {
      compiled.push(...program.graph.outputs.keys());
      return backend.compile(program, options);
    },
  };
}

const network = (...layers: readonly Layer[]): Layer =>
  sequential(rescale(1 / 255), ...layers, flatten(), linear(4, 2));

async function firstStep(backend: Backend, options: Partial<TrainerOptions> = {}): Promise<unknown> {
  const trainer = await createTrainer({
    model: network(maxPool2d(2), relu()),
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.1 }),
    backend,
    ...options,
  });
  return trainer.step(x, y).catch((error: unknown) => error);
}

describe('what a backend lacks', () => {
  test('is refused before anything is compiled, by layer, op and backends that have it', async () => {
    const backend = without('maxPool2d');
    const error = await firstStep(backend, {
      alternatives: [{ name: 'other', supports: () => false }, { name: 'good' }, backend],
    });
    expect(String(error)).toBe(
      [
        "BackendError: layer 1 maxPool2d(2×2): toy has no op 'maxPool2d'",
        '  received: backend toy',
        '  expected: one that has it: good, reference',
        '  fix: choose one of these backends, or build the network without this op',
      ].join('\n'),
    );
    expect(backend.compiled).toEqual([]);
  });

  test('counts backward, too', async () => {
    const model = network(conv2d(1, 1, 1), maxPool2d(2));
    expect(String(await firstStep(without('maxPool2dGrad'), { model }))).toContain(
      "layer 2 maxPool2d(2×2): toy has no op 'maxPool2dGrad'",
    );
  });

  test('in the loss or the optimizer is no layer’s', async () => {
    const model = sequential(rescale(1 / 255), flatten(), linear(16, 2));
    expect(String(await firstStep(without('softmaxCrossEntropy', 'logSoftmax', 'log'), { model }))).toContain(
      "the loss, the metrics or the optimizer: toy has no op 'log'",
    );
  });

  test('a composite that it lacks is expanded, and what it does not need does not matter', async () => {
    expect(await firstStep(without('softmaxCrossEntropy', 'logSoftmax', 'softmax', 'erf', 'conv2d'))).toMatchObject({
      loss: expect.any(Number),
    });
  });

  test('fit says so before the first step', async () => {
    const trainer = await createTrainer({
      model: network(maxPool2d(2)),
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.1 }),
      backend: without('maxPool2d'),
    });
    const steps: unknown[] = [];
    const train = {
      length: 1,
      batchSize: 2,
      dataset: { x, y },
      epoch: () => [{ x, y }],
      indices: () => Uint32Array.of(0, 1),
    };
    await expect(
      fit(trainer, { train, epochs: 1, log: null, onEvent: (event) => void steps.push(event) }),
    ).rejects.toThrow("layer 1 maxPool2d(2×2): toy has no op 'maxPool2d'");
    expect(steps).toEqual([]);
  });
});
