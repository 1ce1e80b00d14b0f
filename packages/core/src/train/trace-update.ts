import type { Arrays } from '../backend/contract.ts';
import { NumericError } from '../errors.ts';
import { firstNonFinite, LARGEST_FLOAT32 } from '../ir/finite.ts';
import { graph } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { learningRate } from '../optimizers/optimizer.ts';
import { fedBatch } from './batch.ts';
import { names } from './names.ts';
import { ownerOf } from './owner.ts';
import { fedUpdateNodes } from './split-step.ts';
import { stepNodes } from './step.ts';
import { type FailedStep, type FailedUpdate, inputsOf, rateAdvice, runOnce } from './trace.ts';

/** A loss from which on it is no question that training has run away. */
const DIVERGED = 1e12;

/**
 * The error for a step whose loss is finite while something that it would write is not: names the parameter and its layer, and tells a
 * gradient that is not finite from an update that is too large.
 */
export async function nonFiniteUpdate(failed: FailedStep): Promise<NumericError> {
  const { recipe, batch, step, loss } = failed;
  const { gradients, written, loss: lossNode } = stepNodes(recipe, fedBatch(batch.x, batch.y));
  const values = await runOnce(
    inputsOf(failed),
    graph({ ...Object.fromEntries([...gradients].map(([name, g]) => [names.gradient(name), g])), ...written }),
  );
  const gradientOf = (name: string): NDArray | undefined => values[names.gradient(name)];
  const parameter = [...gradients.keys()].find((name) => firstNonFinite(gradientOf(name) as NDArray) !== -1);
  const summary = `step ${step} would make the network useless: its loss is ${short(loss)}, but not all that it writes is finite`;
  if (parameter !== undefined) {
    return new NumericError(summary, {
      path: `${ownerOf(recipe.model, parameter)}, parameter ${parameter}`,
      received: `a gradient of ${valueAt(gradientOf(parameter) as NDArray)}`,
      expected: EXPECTED,
      fix: gradientAdvice(lossNode, failed),
    });
  }
  return new NumericError(summary, { ...describeEntry(failed, Object.keys(written), values), expected: EXPECTED });
}

const EXPECTED = 'finite numbers; nothing was written, so the parameters are those from before this step';

/** The error for an update by gradients that were finite. */
export async function nonFiniteFedUpdate(failed: FailedUpdate): Promise<NumericError> {
  const { written } = fedUpdateNodes(failed.recipe);
  const values = { ...failed.feeds, ...(await runOnce(inputsOf(failed), graph(written))) };
  return new NumericError(`step ${failed.step} would make the network useless: not all that it writes is finite`, {
    ...describeEntry(failed, Object.keys(written), values),
    expected: EXPECTED,
  });
}

/** The first of the written `entries` that is not finite, and why. */
function describeEntry(
  { recipe, step, lr: common }: FailedUpdate,
  entries: readonly string[],
  values: Arrays,
): { readonly path?: string; readonly received: string; readonly fix: string } {
  const entry = entries.find((name) => firstNonFinite(values[name] as NDArray) !== -1);
  if (entry === undefined) return { received: `an update with the learning rate ${common}`, fix: rateAdvice(common) };
  const value = valueAt(values[entry] as NDArray);
  const parameter = [...recipe.model.parameters]
    .map(({ name }) => name)
    .sort((a, b) => b.length - a.length)
    .find((name) => entry === names.parameter(name) || entry.endsWith(`/${name}`));
  const path = parameter === undefined ? entry : `${ownerOf(recipe.model, parameter)}, parameter ${parameter}`;
  const gradient = parameter === undefined ? undefined : values[names.gradient(parameter)];
  if (gradient === undefined) {
    return {
      path,
      received: `the layer sets it to ${value}`,
      fix: 'look at the numbers that come into this layer: they are too large for its statistics',
    };
  }
  const lr = learningRate(recipe.optimizer, step, parameter);
  // Nothing divided by nothing: a smaller rate changes nothing about it.
  const isEmpty =
    gradient.data[firstNonFinite(values[entry] as NDArray)] === 0 && value === 'NaN' && lr <= LARGEST_FLOAT32;
  const largest = (gradient.data as Float32Array).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const isParameter = parameter !== undefined && entry === names.parameter(parameter);
  const what = isParameter
    ? 'its new value is'
    : `the optimizer's ${entry.slice(names.slots(recipe.owner).length).split('/')[0]} of it is`;
  return {
    path,
    received: `a gradient that is finite (at most ${short(largest)}), but with the learning rate ${lr} ${what} ${value}`,
    fix: isEmpty
      ? 'the gradient of this number is 0, and so is what the optimizer divides it by: give the optimizer an eps above 0'
      : isParameter || largest < 1e15
        ? rateAdvice(lr)
        : `such gradients are too large to be squared: scale the input or the targets, or lower the learning rate; ${rateAdvice(lr)}`,
  };
}

const SINGULAR: Readonly<Record<string, string>> = {
  sqrt: 'a square root at 0',
  log: 'a logarithm at 0',
  pow: 'a power of 0 or of a negative number',
  div: 'a division by 0',
};

function gradientAdvice(loss: Node, { loss: value, lr, step }: FailedStep): string {
  if (Math.abs(value) > DIVERGED && step > 1) return `training has run away; ${rateAdvice(lr)}`;
  const used = new Set(graph({ loss }).nodes.map((n) => n.op.name));
  const suspects = Object.entries(SINGULAR).flatMap(([op, what]) => (used.has(op) ? [`${what} (${op})`] : []));
  const causes = suspects.length === 0 ? 'numbers that are too large' : suspects.join(', or ');
  return `the derivative is infinite where the loss is not: look for ${causes}; a small number inside, as in sqrt(x + 1e-8), keeps it finite`;
}

function valueAt(array: NDArray): string {
  return String(array.data[firstNonFinite(array)]);
}

function short(v: number): string {
  return String(Number(v.toPrecision(4)));
}
