import { type NDArray, ndarray, numel, type SampleType, type Tree } from '@descent/core';
import { leavesOf } from '@descent/core/backend';
import type { StepGraph } from '@descent/core/programs';
import { fold, key, normal, randint } from '@descent/core/random';
import { randomInputs } from '../export/random-inputs.ts';

type Rule = StepGraph['targets'][number]['rule'];

/** A batch that the loss takes, by the names of inputs. */
export function randomBatch(
  { graph, targets }: Pick<StepGraph, 'graph' | 'targets'>,
  sample: Tree<SampleType>,
  target: Tree<SampleType>,
  batch: number,
): Readonly<Record<string, NDArray>> {
  // Under the names that the graph has them under, by which their indices are found.
  const named = Object.fromEntries(leavesOf(sample).map(([name, type]) => [name === '' ? 'x' : `x/${name}`, type]));
  const x = randomInputs(named, graph, batch);
  const y = leavesOf(target).map(([name, type]) => {
    const rules = targets.map(({ rule }) => rule).filter(({ part }) => part === undefined || part === name);
    return [name === '' ? 'y' : `y/${name}`, randomTarget(type, rules, batch)] as const;
  });
  return { ...(x as Readonly<Record<string, NDArray>>), ...Object.fromEntries(y) };
}

function randomTarget({ shape, dtype = 'float32' }: SampleType, rules: readonly Rule[], batch: number): NDArray {
  const size = batch * numel(shape);
  const whole = (low: number, high: number): Int32Array => {
    const out = new Int32Array(size);
    randint(fold(key(0), 'targets'), out, low, high + 1);
    return out;
  };
  const floats = new Float32Array(size);
  normal(fold(key(0), 'targets'), floats);
  const values = rules.reduce<ArrayLike<number>>((drawn, rule) => drawnFor(rule, whole, shape, size) ?? drawn, floats);
  const all = [batch, ...shape];
  if (dtype === 'float32') return ndarray(dtype, all, Float32Array.from(values));
  if (dtype === 'int32') return ndarray(dtype, all, Int32Array.from(values));
  return ndarray(
    dtype,
    all,
    Uint8Array.from(values, (v) => Math.abs(Math.trunc(v)) % 2),
  );
}

function drawnFor(
  rule: Rule,
  whole: (low: number, high: number) => Int32Array,
  shape: readonly number[],
  size: number,
): ArrayLike<number> | null {
  const share = 1 / (shape.at('axis' in rule ? (rule.axis ?? -1) : -1) ?? 1);
  switch (rule.kind) {
    case 'classes':
      return whole(0, rule.classes - 1);
    case 'whole':
      return whole(rule.low, Math.min(rule.high, rule.low + 1));
    case 'range':
      return whole(Math.ceil(Math.max(rule.low, -1)), Math.floor(Math.min(rule.high, 1)));
    case 'oneOf':
      return Array.from(whole(0, rule.values.length - 1), (i) => rule.values[i] as number);
    case 'probabilities':
      return new Array<number>(size).fill(share);
    case 'log-probabilities':
      return new Array<number>(size).fill(Math.log(share));
    case 'sequences':
      return new Array<number>(size).fill(rule.padding[0] ?? 0);
    case 'numbers':
      return null;
  }
}
