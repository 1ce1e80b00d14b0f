import { gradients } from '../autodiff/gradients.ts';
import type { Arrays } from '../backend/contract.ts';
import { programInputs } from '../backend/program-inputs.ts';
import { type Graph, graph } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { type Node, node } from '../ir/node.ts';
import type { CompositeOp, PrimitiveOp } from '../ir/op.ts';
import { opCases } from '../ops/all-cases.ts';
import { type OpCase, values } from '../ops/cases.ts';
import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import * as exported from '../ops/index.ts';
import { input, scalar } from '../ops/leaf/index.ts';
import { sum } from '../ops/reduce/sum.ts';
import type { OpName } from '../ops/table.ts';
import { expectKind } from '../options.ts';

/** An op together with one of its cases. */
export interface NamedCase {
  readonly op: PrimitiveOp | CompositeOp;
  readonly name: OpName;
  readonly case: OpCase;
}

/** Every op that a backend may lower, by name. */
export function opsByName(): ReadonlyMap<OpName, PrimitiveOp | CompositeOp> {
  const all: readonly unknown[] = Object.values(exported);
  return new Map(all.filter(isOpObject).map((op) => [op.name as OpName, op]));
}

/** All cases of all ops, for tests that walk over them. */
export function allCases(): readonly NamedCase[] {
  return [...opsByName()].flatMap(([name, op]) => opCases[name].map((c) => ({ op, name, case: c })));
}

/** The op applied to graph inputs `x0`, `x1`, …; the output is called `y`. */
export function caseGraph(c: NamedCase): Graph {
  return graph({ y: applied(c).y });
}

/**
 * The gradients of `Σ y·dy`: inputs `x0`, `x1`, … and `dy`; an output `g<i>` for each i of `gradientInputs(c)`.
 * @throws NotDifferentiableError when the op has no gradient rule.
 */
export function caseGradientGraph(c: NamedCase): Graph {
  return graph(gradientNodes(c).outputs);
}

/**
 * The gradients of `Σ gᵢ·vᵢ`, a random projection of the first gradients: an output `h<i>` for each i of `gradientInputs(c)`, `hdy` for `dy`,
 * and the projection itself as `s`. Inputs are those of `caseGradientGraph` and the directions `v<i>`.
 * @throws NotDifferentiableError when the op's gradient has no gradient rule.
 */
export function caseSecondGradientGraph(c: NamedCase): Graph {
  const { outputs, inputs, dy } = gradientNodes(c);
  const projected = Object.entries(outputs).map(([name, g]) =>
    sum(mul(g, input(name.replace('g', 'v'), g.type.shape))),
  );
  const s = projected.reduce((a, b) => add(a, b), scalar(0));
  const wrt = gradientInputs(c);
  const second = gradients(s, [...wrt.map((i) => inputs[i] as Node), dy]);
  return graph({ s, ...Object.fromEntries(second.map((h, i) => [i < wrt.length ? `h${wrt[i]}` : 'hdy', h])) });
}

/** The inputs through which a gradient flows: those of type float32, when the output is float32 and the op has a gradient. */
export function gradientInputs(c: NamedCase): readonly number[] {
  if (applied(c).y.type.dtype !== 'float32' || c.op.grad === 'undefined') return [];
  const { inputs, grad } = c.case;
  return Array.isArray(grad) ? grad : inputs.flatMap((x, i) => (x.dtype === 'float32' ? [i] : []));
}

/** Values for every input of the graphs above: the case's operands, its `dy` (or a fixed random one) and fixed random directions. */
export function caseFeeds(c: NamedCase): Arrays {
  const { shape } = applied(c).y.type;
  return {
    ...Object.fromEntries(c.case.inputs.map((x, i) => [`x${i}`, x])),
    ...Object.fromEntries(c.case.inputs.map((x, i) => [`v${i}`, values(x.shape, 2000 + i)])),
    dy: c.case.expectedGrads?.dy ?? values(shape, 1000),
  };
}

/** Those of `feeds` that `g` has an input for. */
export function feedsFor(g: Graph, feeds: Arrays): Arrays {
  expectKind('feeds', feeds, 'record', '{ x: tensor([1, 2]) }');
  return Object.fromEntries([...programInputs({ graph: g }).keys()].map((name) => [name, feeds[name] as NDArray]));
}

function isOpObject(exported: unknown): exported is PrimitiveOp | CompositeOp {
  return typeof exported === 'object' && exported !== null && 'kind' in exported && exported.kind !== 'leaf';
}

function applied(c: NamedCase): { readonly inputs: readonly Node[]; readonly y: Node } {
  expectKind('case', c, { op: 'record', case: 'record' }, 'allCases()[0]');
  const { op } = c;
  const { inputs, attrs } = c.case;
  const nodes = inputs.map(({ dtype, shape }, i) => input(`x${i}`, shape, dtype === 'float64' ? 'float32' : dtype));
  return { inputs: nodes, y: node(op, nodes, attrs) };
}

function gradientNodes(c: NamedCase): { outputs: Readonly<Record<string, Node>>; inputs: readonly Node[]; dy: Node } {
  const { inputs, y } = applied(c);
  const dy = input('dy', y.type.shape);
  const wrt = gradientInputs(c);
  const grads = gradients(
    y,
    wrt.map((i) => inputs[i] as Node),
    dy,
  );
  return { outputs: Object.fromEntries(grads.map((g, i) => [`g${wrt[i]}`, g])), inputs, dy };
}
