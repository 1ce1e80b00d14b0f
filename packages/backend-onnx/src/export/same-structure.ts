import { type NDArray, type Node, ShapeError } from '@descent/core';
import { constantOp, formatType, isOp } from '@descent/core/backend';
import { type ScanAttrs, scanOp } from '@descent/core/ops';
import { fixedDistance, sizeForm } from './size-forms.ts';
import type { Trace } from './traces.ts';
import { isSame, varyingConstant } from './varying-constant.ts';

/** Attributes that say sizes, for which ONNX has inputs that are computed. */
const SIZES: ReadonlySet<string> = new Set(['shape', 'starts', 'ends', 'size', 'before', 'after']);

/**
 * Throws a `ShapeError` that names layer and op unless the graphs are the same but for sizes: the same operations on each other's results,
 * constants that can be computed, and attributes that do not follow from a size.
 */
export function expectSameStructure(traces: readonly Trace[]): void {
  const [first, ...others] = traces as readonly [Trace, ...Trace[]];
  const places = traces.map(({ graph }) => new Map(graph.nodes.map((n, i) => [n, i])));
  const inputsOf = (trace: number, n: Node): string => n.inputs.map((x) => places[trace]?.get(x)).join();
  const aligned = first.graph.nodes.map((n, i) => {
    const at = traces.map(({ graph }) => graph.nodes[i]);
    const odd = at.findIndex((m, k) => m?.op.name !== n.op.name || inputsOf(k, m) !== inputsOf(0, n));
    if (odd !== -1) throw otherSteps(first, traces[odd] as Trace, n, at[odd]);
    return at as readonly Node[];
  });
  const longer = others.find(({ graph }) => graph.nodes.length !== first.graph.nodes.length);
  if (longer !== undefined) throw otherSteps(first, longer, undefined, longer.graph.nodes[first.graph.nodes.length]);
  const isTold = whatSizesTell(traces, aligned);
  for (const nodes of aligned) {
    const [n] = nodes as readonly [Node];
    if (isOp(n, constantOp)) expectComputable(traces, nodes, isTold);
    else if (isOp(n, scanOp)) expectSameLoop(traces, nodes as readonly LoopNode[]);
    else if (n.op.kind !== 'composite') expectSameAttributes(traces, nodes);
  }
}

type LoopNode = Node & { readonly attrs: ScanAttrs };

function expectSameLoop(traces: readonly Trace[], nodes: readonly LoopNode[]): void {
  expectSameStructure(traces.map((trace, i) => ({ ...trace, graph: (nodes[i] as LoopNode).attrs.body })));
  const plain = nodes.map((n) => {
    const { body, result, ...attrs } = n.attrs;
    return { ...n, attrs: { ...attrs, result: 'each' in result ? body.nodes.indexOf(result.each) : result } };
  });
  expectSameAttributes(traces, plain);
}

/** Says of whole numbers whether they follow from the open axes, or are beside a size of a tensor by a fixed distance. */
function whatSizesTell(
  traces: readonly Trace[],
  aligned: readonly (readonly Node[])[],
): (values: readonly number[]) => boolean {
  const sizes = traces.map((trace) => trace.sizes);
  const columns = aligned.flatMap((nodes) =>
    (nodes[0] as Node).type.shape.map((_, axis) => nodes.map(({ type }) => type.shape[axis] as number)),
  );
  const open = columns.filter((column) => column.some((size) => size !== column[0]));
  return (values) => sizeForm(values, sizes) !== null || open.some((others) => fixedDistance(values, others) !== null);
}

function expectComputable(
  traces: readonly Trace[],
  nodes: readonly Node[],
  isTold: (values: readonly number[]) => boolean,
): void {
  const values = nodes.map(({ attrs }) => (attrs as { readonly value: NDArray }).value);
  if (varyingConstant(values, isTold) !== null) return;
  const odd = values.findIndex((value) => !isSame(value, values[0] as NDArray));
  const isNumber = values[0]?.shape.length === 0;
  const show = (i: number): string => (isNumber ? `${values[i]?.data[0]}` : formatType(nodes[i] as Node));
  throw refusal(traces, odd, nodes[0], {
    what: 'a constant in it is made for one size',
    received: (i) => show(i),
    expected: 'a constant of one value at every size, or one that is computed in the graph',
    fix: isNumber
      ? 'compute it in the graph: mean(…) divides by the size, and sum(broadcastTo(scalar(1), shape), …) counts'
      : 'compute it of iota(size): greaterEqual(reshape(iota(n), [n, 1]), iota(n)) is true where a causal mask lets through, and slice(table, { axis: 0, end: n }) takes the first rows of a table',
  });
}

function expectSameAttributes(traces: readonly Trace[], nodes: readonly Node[]): void {
  const first = nodes[0] as Node;
  for (const [name, value] of Object.entries(first.attrs)) {
    if (SIZES.has(name)) continue;
    const text = (n: Node): string => JSON.stringify((n.attrs as Readonly<Record<string, unknown>>)[name]);
    const odd = nodes.findIndex((n) => text(n) !== JSON.stringify(value));
    if (odd === -1) continue;
    throw refusal(traces, odd, first, {
      what: `the ${name} of ${first.op.name} are for one size`,
      received: (i) => text(nodes[i] as Node),
      expected: 'the same at every size',
      fix:
        name === 'pads'
          ? "give the padding as numbers: 'same' with a stride follows from the size"
          : 'give the size as a number in the shape of the sample',
    });
  }
}

function otherSteps(first: Trace, other: Trace, n: Node | undefined, m: Node | undefined): ShapeError {
  const traces = [first, other];
  const shown = (trace: Trace, node: Node | undefined): string =>
    `${node?.op.name ?? 'nothing'} of ${trace.graph.nodes.length} operations in all`;
  return refusal(traces, 1, n ?? m, {
    what: 'it does other operations at other sizes',
    received: (i) => (i === 0 ? shown(first, n) : shown(other, m)),
    expected: 'the same operations at every size',
    fix: 'a loop over the axis, or a branch on its size, is unrolled when the graph is built: compute with whole axes instead, or give the size as a number in the shape of the sample',
  });
}

interface Refusal {
  readonly what: string;
  readonly received: (trace: number) => string;
  readonly expected: string;
  readonly fix: string;
}

function refusal(
  traces: readonly Trace[],
  odd: number,
  n: Node | undefined,
  { what, received, expected, fix }: Refusal,
): ShapeError {
  const [base, other] = [traces[0] as Trace, traces[odd] as Trace];
  const axes = Object.keys(base.sizes).filter((name) => base.sizes[name] !== other.sizes[name]);
  const owner = n === undefined ? undefined : (base.owners.get(n) ?? other.owners.get(n));
  const at = ({ sizes }: Trace): string => axes.map((name) => `${name} = ${sizes[name]}`).join(', ');
  return new ShapeError(`the network cannot be exported with ${list(axes)} of any size: ${what}`, {
    path: owner === undefined ? n?.op.name : `${`${owner.path} ${owner.label}`.trim()} › ${n?.op.name}`,
    received: `${received(0)} at ${at(base)}; ${received(odd)} at ${at(other)}`,
    expected,
    fix: axes.includes('batch') ? fix.replace('in the shape of the sample', 'as batch') : fix,
  });
}

function list(axes: readonly string[]): string {
  return axes.map((name) => `'${name}'`).join(' and ');
}
