import type { Arrays } from '../backend/contract.ts';
import { ValueError } from '../errors.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { numel, type Shape, sameShape } from '../ir/shape.ts';
import type { Parameters } from '../model/parameters.ts';
import { notWhatWasWanted } from '../options.ts';
import { pick } from './arrays.ts';
import { haveOneWeight, type Metrics, meanOf } from './metrics.ts';
import { names } from './names.ts';

/** What `trainer.update` makes an update of. */
export interface ParameterGradients {
  /** Of each parameter that is trained, by its name. */
  readonly gradients: Parameters;
  /** What the loss is the mean of, such as the number of samples. */
  readonly weight: number;
  /** New values of what layers set themselves, such as running means, by the name of the parameter. */
  readonly assigned: Parameters;
}

/** The first half of a step: what one batch says about the parameters. */
export interface StepGradients<Name extends string = string> extends ParameterGradients {
  readonly metrics: Metrics<Name>;
}

/** What the gradient program returned. */
export function gradientsAt(outputs: Arrays, metrics: Metrics, samples: number): StepGradients {
  return {
    metrics,
    weight: outputs[names.weight('loss')]?.data[0] ?? samples,
    gradients: pick(outputs, names.gradient('')) as Parameters,
    assigned: pick(outputs, names.assigned('')) as Parameters,
  };
}

/** Where gradients come from. */
export const EXAMPLE = 'await trainer.gradients(x, y)';

/**
 * The gradients of several batches of one step as those of one batch of all their samples: means that count by weight, as the metrics do. What
 * layers set is averaged in the same way.
 * @throws ValueError without any, for what is no result of `trainer.gradients`, and for parts of different networks.
 */
export function averageGradients<Name extends string>(parts: Iterable<StepGradients<Name>>): StepGradients<Name> {
  const all = [...expectParts(parts)];
  const weight = all.reduce((sum, part) => sum + part.weight, 0);
  const mean = (of: 'gradients' | 'assigned'): Parameters => {
    const [first] = all as [StepGradients<Name>];
    const named = Object.entries(first[of]).map(([name, { shape }]) => {
      const arrays = all.map((part) => part[of][name] as NDArray<'float32'>);
      return [name, weightedMean(shape, arrays, all, weight)] as const;
    });
    return Object.fromEntries(named);
  };
  return {
    metrics: meanOf(all.map(({ metrics }) => metrics)),
    weight,
    gradients: mean('gradients'),
    assigned: mean('assigned'),
  };
}

function weightedMean(
  shape: Shape,
  arrays: readonly NDArray<'float32'>[],
  parts: readonly ParameterGradients[],
  weight: number,
): NDArray<'float32'> {
  const sums = new Float64Array(numel(shape));
  for (const [at, { data }] of arrays.entries()) {
    const share = (parts[at] as ParameterGradients).weight / weight;
    // A batch that counts for nothing must not spoil the others.
    if (share > 0) for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + share * (data[i] as number);
  }
  return { dtype: 'float32', shape, data: Float32Array.from(sums) };
}

function expectParts<Name extends string>(parts: Iterable<StepGradients<Name>>): readonly StepGradients<Name>[] {
  const wanted = { what: 'a list of gradients', example: `[${EXAMPLE}]` };
  if (typeof parts !== 'object' || parts === null || !(Symbol.iterator in parts))
    throw notWhatWasWanted('averageGradients: the parts', parts, wanted);
  const all = [...parts];
  for (const [i, part] of all.entries()) {
    const { gradients, assigned, weight } = (part ?? {}) as Partial<StepGradients>;
    const isPart = typeof gradients === 'object' && typeof assigned === 'object' && typeof weight === 'number';
    if (!isPart) throw notWhatWasWanted(`averageGradients: part ${i}`, part, { what: 'gradients', example: EXAMPLE });
  }
  const [first] = all;
  if (first === undefined || !(all.reduce((sum, { weight }) => sum + weight, 0) > 0)) {
    throw new ValueError('there was nothing to average', {
      received: first === undefined ? 'no gradients' : `${all.length} batches in which nothing counts for the loss`,
      expected: 'gradients of at least one batch in which something counts',
    });
  }
  if (!haveOneWeight(all.map(({ metrics }) => metrics)))
    throw new ValueError('averageGradients: the gradients are of a sum of means over different things', {
      received: 'batches of other shares for one term of the loss than for another, such as of labels that count',
      expected: 'terms that are means over the same, since one sum of gradients has one weight',
      fix: 'take the gradients of each term with a trainer of its own, or give batches in which each term counts alike',
    });
  const both = Object.keys(first.assigned).find((name) => Object.hasOwn(first.gradients, name));
  if (both !== undefined && all.length > 1)
    throw new ValueError('averageGradients: a layer sets a parameter that is trained, to something else in each part', {
      path: both,
      received: `${all.length} parts, of a network such as with embedding(…, { maxNorm })`,
      expected: 'parameters that either a layer or the optimizer changes',
      fix: 'accumulate(n, optimizer) joins the gradients of batches that come one after the other',
    });
  for (const [i, part] of all.entries())
    for (const of of ['gradients', 'assigned'] as const) expectAlike(i, part[of], first[of]);
  return all;
}

function expectAlike(i: number, given: Parameters, first: Parameters): void {
  const keys = (record: Parameters): string => Object.keys(record).sort().join(', ');
  const problem =
    keys(given) === keys(first)
      ? Object.entries(first).find(([name, { shape }]) => !sameShape((given[name] as NDArray).shape, shape))?.[0]
      : keys(given) || 'nothing';
  if (problem === undefined) return;
  throw new ValueError('the parts are gradients of different networks', {
    path: `part ${i}`,
    received: problem,
    expected: `the names and shapes of part 0: ${keys(first) || 'nothing'}`,
  });
}
