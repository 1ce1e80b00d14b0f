import { DYNAMIC, type Node, numel, type Shape } from '@descent/core';
import { topologicalOrder } from '@descent/core/backend';
import { constantValues } from '@descent/core/reference';
import { atProbe, dtypeOf, type ElementType, isKnown, joinProbes, type Known, known, type Value } from './known.ts';
import { saidOfFile } from './refused.ts';

type Outputs = readonly (Value | undefined)[];

/** Larger tensors stay in the graph: what is known is there for arithmetic with sizes. */
const MOST = 2 ** 18;

/** Of tensors on the way to a small one, such as a weight that is quantized. */
const MOST_INSIDE = 2 ** 24;

/**
 * The outputs of an operator whose inputs are all known, as numbers where that is possible. `run` builds the operator in terms of core's ops. Where
 * `inputs` follow from the size of the open axis, it is computed for two sizes.
 */
export function folded(
  inputs: readonly (Known | undefined)[],
  run: (inputs: readonly (Known | undefined)[]) => Outputs,
  path: string,
  types: readonly (ElementType | undefined)[] = [],
): Outputs {
  const isOpen = inputs.some((x) => x?.second !== undefined);
  const at = (probe: 0 | 1): Outputs => evaluated(run(inputs.map((x) => x && atProbe(x, probe))), inputs, types);
  const first = at(0);
  if (!isOpen) return first;
  if (first.every((x) => x === undefined || isKnown(x))) {
    const second = at(1);
    if (second.every((x, i) => x === undefined || (isKnown(x) && hasShapeOf(x, first[i])))) {
      return first.map((a, i) => a && joinProbes(a as Known, second[i] as Known, path));
    }
  }
  // A tensor along the open axis, or a large one: an expression of the graph, if there is one for any size.
  return run(inputs);
}

function hasShapeOf(x: Known, other: Value | undefined): boolean {
  if (other === undefined || !isKnown(other) || other.shape.length !== x.shape.length) return false;
  return other.shape.every((d, i) => d === x.shape[i]);
}

function evaluated(
  outputs: Outputs,
  inputs: readonly (Known | undefined)[],
  types: readonly (ElementType | undefined)[],
): Outputs {
  const nodes = outputs.filter((x): x is Node => x !== undefined && !isKnown(x));
  if (nodes.length === 0 || nodes.some(({ type }) => !isSmall(type.shape))) return outputs;
  // A sum over a huge product is small, and as slow as what it sums.
  if (topologicalOrder(nodes).some(({ type }) => type.shape.includes(DYNAMIC) || numel(type.shape) > MOST_INSIDE))
    return outputs;
  const arrays = saidOfFile(() => constantValues(nodes));
  if (arrays === undefined) return outputs;
  let next = 0;
  return outputs.map((x, i) => {
    if (x === undefined || isKnown(x)) return x;
    const { dtype, shape, data } = arrays[next++] as (typeof arrays)[number];
    const type = types[i];
    return known(type !== undefined && dtypeOf(type) === dtype ? type : elementTypeOf(dtype, inputs), shape, data);
  });
}

function isSmall(shape: Shape): boolean {
  return !shape.includes(DYNAMIC) && shape.reduce((n, d) => n * d, 1) <= MOST;
}

/** The first input's type where it may be that: most operators keep it. */
function elementTypeOf(dtype: string, inputs: readonly (Known | undefined)[]): ElementType {
  const kept = inputs.find((x) => x !== undefined && dtypeOf(x.elementType) === dtype);
  return kept?.elementType ?? (dtype === 'int32' ? 'int64' : (dtype as ElementType));
}
