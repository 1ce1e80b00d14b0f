import type { Arrays, NDArray } from '@descent/core';
import { type AttrsOf, constantOp, type Graph, graph, type Node, node, type OpName } from '@descent/core/backend';
import { input, maxPool2dOp } from '@descent/core/ops';
import { key } from '@descent/core/random';
import { type OpCase, opCases, opsByName } from '@descent/core/testing';
import { type Dice, dice } from '../dice.ts';
import { hostile, indices, type Wildness } from './hostile-values.ts';

/** A small program with values that nobody planned for. */
export interface SearchCase {
  /** What it is, in words, with its seed: `seed 17: div of int32[2, 3], int32[3]`. */
  readonly name: string;
  readonly graph: Graph;
  readonly feeds: Arrays;
}

/** Operands that name entries of an axis: which operand, and how many entries there are. */
const INDEX_OPERANDS: Partial<Record<OpName, (c: OpCase) => readonly [operand: number, size: number]>> = {
  gather: ({ inputs: [x], attrs }) => [1, x?.shape[(attrs as { axis: number }).axis] as number],
  scatterAdd: ({ attrs }) => [0, (attrs as { size: number }).size],
  softmaxCrossEntropy: ({ inputs: [logits] }) => [1, logits?.shape.at(-1) as number],
};

/** Ops that are compared on tamer values only; the others meet everything. */
const WILDNESS: Partial<Record<OpName, Wildness>> = {
  // How an angle is reduced is not what is searched for.
  ...of('mild', ['sin', 'cos']),
  // A sum of huge numbers depends on its order.
  ...of('not huge', ['sum', 'mean', 'matmul', 'scatterAdd', 'logSoftmax', 'softmaxCrossEntropy']),
  // What they divide by is a mean of squares; what a loop adds up depends on its order in each step.
  ...of('mild', ['standardize', 'layerNorm', 'rmsNorm', 'groupNorm', 'scan']),
  // Engines multiply what is infinite by the zeros of the padding, or by those of other windows.
  ...of('mild', ['conv2d', 'conv2dFilterGrad', 'conv2dInputGrad', 'avgPool2d', 'avgPool2dGrad', 'maxPool2dGrad']),
  // Where NaN and infinity meet here, docs/edge-semantics.md says what comes out, and its own cases hold it.
  ...of('numbers', ['argMax', 'maximum', 'minimum', 'sign']),
  ...of('finite', ['maxPool2d', 'pow', 'softmax']),
};

function of(wildness: Wildness, names: readonly OpName[]): Partial<Record<OpName, Wildness>> {
  return Object.fromEntries(names.map((name) => [name, wildness]));
}

const OPS = [...opsByName()];

/** The program of a seed: the shapes and attributes of one of an op's cases, and hostile values; some operands are constants of the graph. */
export function searchCase(seed: number): SearchCase {
  const d = dice(key(seed));
  const [name, op] = d.pick(OPS);
  const c = d.pick<OpCase>(opCases[name]);
  const arrays = operandsOf(name, c, d);
  const nodes = arrays.map((x, i) => operand(`x${i}`, x, d));
  const y = node(op, consistent(name, nodes, c), c.attrs);
  const g = graph({ y });
  const types = arrays.map(({ dtype, shape }) => `${dtype}[${shape.join(', ')}]`).join(', ');
  return {
    name: `seed ${seed}: ${name} of ${types} (${c.name})`,
    graph: g,
    feeds: Object.fromEntries(arrays.map((x, i) => [`x${i}`, x])),
  };
}

function operandsOf(name: OpName, c: OpCase, d: Dice): readonly NDArray[] {
  const [at, size] = INDEX_OPERANDS[name]?.(c) ?? [-1, 0];
  const wildness = d.chance(0.3) ? 'mild' : (WILDNESS[name] ?? 'everything');
  return c.inputs.map(({ dtype, shape }, i) =>
    i === at ? indices(shape, size, d) : hostile(dtype === 'float64' ? 'float32' : dtype, shape, d, wildness),
  );
}

/** The result that the gradient of a pooling is given is that of the pooling. */
function consistent(name: OpName, nodes: readonly Node[], { attrs }: OpCase): readonly Node[] {
  const [x, , dy] = nodes as readonly [Node, Node, Node];
  return name === 'maxPool2dGrad' ? [x, node(maxPool2dOp, [x], attrs as AttrsOf<typeof maxPool2dOp>), dy] : nodes;
}

function operand(name: string, x: NDArray, d: Dice): Node {
  const { dtype, shape } = x;
  if (d.chance(0.25)) return node(constantOp, [], { value: x });
  return input(name, shape, dtype === 'float64' ? 'float32' : dtype);
}
