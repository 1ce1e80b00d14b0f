// Metrics, optimizers and schedules of core beside what scikit-learn, SciPy and PyTorch computed of them.
import * as core from '@descent/core';
import { mean } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { arrayOf, difference, exported } from './numbers.mjs';

/**
 * @typedef {import('./numbers.mjs').Numbers} Numbers
 * @typedef {import('@descent/core/backend').Backend} Backend
 * @typedef {{ readonly loss: Readonly<Record<string, object>>, readonly metric: string, readonly args: readonly unknown[],
 *   readonly batches: readonly { readonly x: Numbers, readonly y: Numbers }[], readonly value: number | string }} MetricCase
 * @typedef {Readonly<Record<string, Numbers>>} Named
 * @typedef {{ readonly name: string, readonly options: any, readonly more?: any, readonly start: Named, readonly gradients: readonly Named[], readonly after: Named, readonly average?: Named }} OptimizerCase
 * @typedef {{ readonly name: string, readonly options: any, readonly rates: readonly number[], readonly metrics?: readonly number[] }} ScheduleCase
 */

/** Gives what it gets: the outputs of a network that somebody else has computed. */
const outputs = core.layer('outputs', { scale: core.parameter([], { init: core.constantInit(1) }) }, (x) => x);

/** @param {MetricCase} c @param {Backend} on @returns {Promise<readonly string[]>} */
export async function runMetric(c, on) {
  const [[of, options]] = /** @type {[[string, object]]} */ (Object.entries(c.loss));
  const metric = exported[c.metric]?.(...c.args);
  const common = { model: outputs, loss: exported[of]?.(options), optimizer: core.sgd({ lr: 0.1 }), metrics: [metric] };
  const trainer = await core.createTrainer({ ...common, backend: on });
  const results = await trainer.evaluate(c.batches.map(({ x, y }) => ({ x: arrayOf(x), y: arrayOf(y) })));
  trainer.dispose();
  const received = core.tensor(/** @type {Readonly<Record<string, number>>} */ (results)[metric.name] ?? 0, 'float64');
  return difference(metric.name, received, { dtype: 'float32', shape: [], data: [c.value] }, 1e-4);
}

/** @param {Named} tree */
const arraysOf = (tree) => Object.fromEntries(Object.entries(tree).map(([name, a]) => [name, arrayOf(a)]));

/** The optimizer of a case with what is around it. @param {OptimizerCase} c */
function optimizerOf({ name, options, more: { group, factors, norm, value, around } = {} }) {
  /** @param {number} lr */
  const rate = (lr) =>
    factors === undefined ? lr : (/** @type {number} */ step) => lr * (factors[step - 1] ?? Number.NaN);
  const groups = group === undefined ? {} : { groups: [{ match: /matrix|one/, ...group, lr: rate(group.lr) }] };
  const own = exported[name]?.({ ...options, lr: rate(options.lr), ...groups });
  const [wrap, ...args] = around ?? [];
  const inner = wrap === undefined ? own : exported[wrap]?.(...args, own);
  const bounded = value === undefined ? inner : core.clipped({ value }, inner);
  return norm === undefined ? bounded : core.clipped({ norm }, bounded);
}

/** @param {OptimizerCase} c @param {Backend} on @returns {Promise<readonly string[]>} */
export async function runOptimizer(c, on) {
  const parts = Object.entries(c.start).map(([name, { shape }]) => [
    name,
    core.parameter(shape, { init: core.zerosInit }),
  ]);
  const model = core.layer('parameters', Object.fromEntries(parts), (/** @type {core.Node} */ x) => x);
  /** @type {core.Loss} */
  const loss = { label: 'any', apply: (output) => mean(output) };
  const parameters = /** @type {core.Parameters} */ (arraysOf(c.start));
  const trainer = await core.createTrainer({
    model,
    loss,
    optimizer: optimizerOf(c),
    parameters,
    backend: on,
  });
  for (const gradients of c.gradients)
    await trainer.update({ gradients: /** @type {core.Parameters} */ (arraysOf(gradients)), weight: 1, assigned: {} });
  const after = await trainer.parameters();
  const average = c.average === undefined ? {} : core.averagedParameters(await trainer.state());
  trainer.dispose();
  // Muon's iterations enlarge what is small, and the errors of float32 with it.
  const tolerance = c.name === 'muon' ? 2e-3 : 1e-4;
  return [
    ...Object.entries(c.after).flatMap(([name, a]) => difference(name, after[name], a, tolerance)),
    ...Object.entries(c.average ?? {}).flatMap(([name, a]) =>
      difference(`the average of ${name}`, average[name], a, tolerance),
    ),
  ];
}

/** What a call stands for, `[name, …arguments]`, and calls inside its arguments. @param {any} value @returns {any} */
function made(value) {
  if (!Array.isArray(value)) return value;
  const parts = value.map(made);
  return typeof parts[0] === 'string' ? exported[parts[0]]?.(...parts.slice(1)) : parts;
}

/** @param {ScheduleCase} c @returns {Promise<readonly string[]>} */
export async function runSchedule({ options, rates, metrics }) {
  const received = metrics === undefined ? made(options) : await plateau(options, metrics);
  return rates.flatMap((rate, i) =>
    Math.abs(received(i + 1) - rate) <= 1e-8 * Math.max(1, rate)
      ? []
      : [`step ${i + 1}: ${received(i + 1)} instead of ${rate}`],
  );
}

/** @param {core.ReduceOnPlateauOptions} options @param {readonly number[]} metrics */
async function plateau(options, metrics) {
  const lr = core.reduceOnPlateau({ ...options, metric: 'train.loss' });
  const [callback] = lr.callbacks;
  const optimizer = core.sgd({ lr });
  const trainer = await core.createTrainer({
    model: core.linear(1, 1),
    loss: core.mse(),
    optimizer,
    backend: referenceBackend(),
  });
  /** @type {any} */
  const context = {
    trainer: { options: trainer.options, directions: trainer.directions, stepCount: 0 },
    sets: ['train'],
    position: { history: [] },
  };
  await callback.onStart?.(context);
  for (const [i, loss] of metrics.entries()) {
    context.trainer.stepCount = i + 1;
    await callback.onEpoch?.(/** @type {any} */ ({ epoch: i + 1, train: { loss } }), context);
  }
  return lr;
}
