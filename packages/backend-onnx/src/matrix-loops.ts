import {
  constantOp,
  type Graph,
  graph,
  isDynamic,
  isOp,
  type Node,
  node,
  numel,
  type Shape,
  sameShape,
} from '@descent/core/backend';
import {
  broadcastTo,
  input,
  matmulOp,
  maxOp,
  meanOp,
  reshape,
  type ScanAttrs,
  scanOp,
  softmaxOp,
  sumOp,
} from '@descent/core/ops';
import { maskedSoftmaxOp } from './fusion.ts';
import { unitedNodes } from './united.ts';
import { type Uses, usesIn } from './uses.ts';
import { withLoops } from './with-loops.ts';

/**
 * `g` with what is done to large batches of matrices, such as the scores of attention, as a loop over a few matrices at a time: they stay in the cache from
 * one op to the next, and those that nothing else needs are never whole in memory.
 */
export function matricesInBlocks(g: Graph): Graph {
  const uses = usesIn(g);
  const members = g.nodes.filter(isMember);
  const loops = unitedNodes(g, uses, members, pairsOf(members)).flatMap((nodes) => loopOf(nodes, uses) ?? []);
  return withLoops(
    g,
    loops.map((loop) => ({
      nodes: loop.nodes,
      sources: [...loop.scanned, ...loop.captured],
      results: (sources) => resultsOf(loop, sources),
    })),
  );
}

/** What would rather be in one loop: those that hand a large tensor on, then those that read the same one. */
function pairsOf(members: readonly Node[]): readonly (readonly [Node, Node])[] {
  const isIn = new Set(members);
  const readers = new Map<Node, Node[]>();
  for (const n of members) for (const x of n.inputs) if (isLarge(x)) readers.set(x, [...(readers.get(x) ?? []), n]);
  const handed = [...readers].flatMap(([x, users]) => (isIn.has(x) ? users.map((user) => [x, user] as const) : []));
  const shared = [...readers.values()].flatMap((users) =>
    users.flatMap((user, i) => users.slice(0, i).map((before) => [before, user] as const)),
  );
  return [...handed, ...shared].filter(([a, b]) => sameShape(leadOf(a), leadOf(b)));
}

/** Batches of fewer numbers stay in the cache by themselves. */
const LEAST_ELEMENTS = 2 ** 18;
/** So many numbers of the largest tensor are computed at a time, or one matrix. */
const BEST_BLOCK = 2 ** 14;
/** So many times as much must be read and written without a loop as with it. */
const LEAST_GAIN = 2;

/** Rows and columns; all axes before them count matrices. */
const OF_MATRIX = 2;

function leadOf({ type: { shape } }: Node): Shape {
  return shape.slice(0, -OF_MATRIX);
}

function matrixOf({ type: { shape } }: Node): Shape {
  return shape.slice(-OF_MATRIX);
}

/** What treats each matrix of a batch by itself, and reads or writes large ones. */
function isMember(n: Node): boolean {
  const { shape } = n.type;
  if (shape.length <= OF_MATRIX || isDynamic(shape) || !isOfMatrices(n)) return false;
  return [n, ...n.inputs].some(isLarge);
}

function isLarge(n: Node): boolean {
  const { shape } = n.type;
  return shape.length > OF_MATRIX && numel(shape) >= LEAST_ELEMENTS;
}

function isOfMatrices(n: Node): boolean {
  const rank = n.type.shape.length;
  if (isOp(n, matmulOp)) return n.inputs.every((x) => sameShape(leadOf(x), leadOf(n)) && x.type.shape.length === rank);
  if (n.op.elementwise === true) return n.inputs.every(({ type: { shape } }) => !isDynamic(shape));
  if (isSoftmax(n)) return n.attrs.axis >= rank - OF_MATRIX;
  const isReduced = isOp(n, sumOp) || isOp(n, maxOp) || isOp(n, meanOp);
  return isReduced && n.attrs.keepDims && n.attrs.axes.every((axis) => axis >= rank - OF_MATRIX);
}

function isSoftmax(n: Node): n is Node & { readonly attrs: { readonly axis: number } } {
  return isOp(n, softmaxOp) || isOp(n, maskedSoftmaxOp);
}

/** What is computed in one loop over blocks of matrices. */
interface MatrixLoop {
  readonly nodes: readonly Node[];
  readonly lead: Shape;
  /** How many matrices make a block. */
  readonly size: number;
  /** What is cut into blocks. */
  readonly scanned: readonly Node[];
  /** What is the same for all matrices. */
  readonly captured: readonly Node[];
  /** What others use. */
  readonly results: readonly Node[];
}

/** What a loop may keep of each step. */
const KEPT = ['float32', 'int32'];

function loopOf(nodes: readonly Node[], uses: Uses): MatrixLoop | null {
  if (!nodes.some((n) => isOp(n, matmulOp))) return null;
  const own = new Set<Node | null>(nodes);
  const lead = leadOf(nodes[0] as Node);
  const results = nodes.filter((n) => uses(n).some((user) => !own.has(user)));
  if (results.some((n) => !KEPT.includes(n.type.dtype))) return null;
  const outside = [...new Set(nodes.flatMap((n) => n.inputs.filter((x) => !own.has(x) && !isKnownNumber(x))))];
  const captured = outside.filter((x) => isForAll(x, lead.length));
  const scanned = outside.filter((x) => !captured.includes(x));
  const passes = nodes.reduce((total, n) => total + [n, ...n.inputs].filter(isLarge).length, 0);
  // What some of the matrices share is written once for each, and read.
  const spread = scanned.filter(
    (x) => !sameShape(leadOf(x), lead) && numel([...lead, ...matrixOf(x)]) >= LEAST_ELEMENTS,
  );
  const kept = [...scanned, ...results].filter(isLarge).length + 2 * spread.length;
  if (scanned.length === 0 || passes < LEAST_GAIN * kept) return null;
  const count = numel(lead);
  const largest = Math.max(
    ...nodes.flatMap((n) => [n, ...n.inputs]).map(({ type: { shape } }) => numel(shape.slice(-OF_MATRIX))),
  );
  return { nodes, lead, size: divisorNear(count, BEST_BLOCK / largest), scanned, captured, results };
}

function isKnownNumber(n: Node): boolean {
  return isOp(n, constantOp) && n.type.shape.length === 0;
}

/** Whether all axes that count matrices are missing or 1. */
function isForAll({ type: { shape } }: Node, leading: number): boolean {
  const missing = leading + OF_MATRIX - shape.length;
  return shape.slice(0, Math.max(0, leading - missing)).every((d) => d === 1);
}

/** The divisor of `count` that is nearest to `size`, as a ratio. */
function divisorNear(count: number, size: number): number {
  const distance = (n: number): number => Math.abs(Math.log(n / size));
  let best = 1;
  for (let n = 2; n <= count; n++) if (count % n === 0 && distance(n) < distance(best)) best = n;
  return best;
}

/** The results of a loop whose sources are now `sources`, in their own shapes. */
function resultsOf(
  { nodes, lead, size, scanned, captured, results }: MatrixLoop,
  sources: readonly Node[],
): ReadonlyMap<Node, Node> {
  const blocks = numel(lead) / size;
  const rank = lead.length + OF_MATRIX;
  // A single matrix needs no axis for their number.
  const head = size === 1 ? [] : [size];
  const cut = scanned.map((n, i) => {
    const now = sources[i] as Node;
    const whole = [...lead, ...ones(OF_MATRIX - matrixOf(n).length), ...matrixOf(n)];
    return reshape(sameShape(now.type.shape, whole) ? now : broadcastTo(now, whole), [
      blocks,
      ...head,
      ...whole.slice(-OF_MATRIX),
    ]);
  });
  const same = captured.map((n, i) => {
    const now = sources[scanned.length + i] as Node;
    return n.type.shape.length > OF_MATRIX ? reshape(now, matrixOf(n)) : now;
  });
  const inside = new Map<Node, Node>([
    ...scanned.map((n, i) => [n, input(`x/${i}`, (cut[i] as Node).type.shape.slice(1), n.type.dtype)] as const),
    ...captured.map((n, i) => [n, input(`captured/${i}`, (same[i] as Node).type.shape, n.type.dtype)] as const),
  ]);
  const inBody = (n: Node): Node => inside.get(n) ?? n;
  const axisInBody = (axis: number): number => axis - rank + head.length + OF_MATRIX;
  for (const n of nodes) inside.set(n, node(n.op, n.inputs.map(inBody), attrsInBody(n, axisInBody)));
  const body = graph(new Map(results.map((n, i) => [`each/${i}`, inBody(n)])));
  const attrs = { body, states: 0, scanned: scanned.length, reverse: false };
  return new Map(
    results.map((n) => {
      const each: ScanAttrs = { ...attrs, result: { each: inBody(n) } };
      return [n, reshape(node(scanOp, [...cut, ...same], each), n.type.shape)];
    }),
  );
}

function attrsInBody(n: Node, axisInBody: (axis: number) => number): object {
  if (isSoftmax(n)) return { axis: axisInBody(n.attrs.axis) };
  if (isOp(n, sumOp) || isOp(n, maxOp) || isOp(n, meanOp)) return { ...n.attrs, axes: n.attrs.axes.map(axisInBody) };
  return n.attrs;
}

function ones(count: number): Shape {
  return Array.from({ length: Math.max(0, count) }, () => 1);
}
