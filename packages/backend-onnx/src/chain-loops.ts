import { type Graph, graph, isOp, type Node, node, numel, type Shape, sameShape } from '@descent/core/backend';
import { input, reshape, reshapeOp, type ScanAttrs, scanOp, sum, sumOp } from '@descent/core/ops';
import { type Chain, chainsOf } from './chains.ts';
import { type Uses, usesIn } from './uses.ts';
import { withLoops } from './with-loops.ts';

/**
 * `g` with each long chain of elementwise ops over large tensors as a loop over blocks: what lies between the first and the last op of a
 * chain stays in the cache of the processor, where each op by itself would read and write whole tensors. The numbers are the same.
 */
export function chainsInBlocks(g: Graph): Graph {
  const uses = usesIn(g);
  const loops = chainsOf(g, uses).flatMap((chain) => loopOf(chain, uses) ?? []);
  return withLoops(
    g,
    loops.map((loop) => ({
      nodes: [...loop.chain.nodes, ...loop.sums],
      sources: loop.sources,
      results: (sources) => resultsOf(loop, sources),
    })),
  );
}

/** What is computed in one loop over blocks. */
interface Loop {
  readonly chain: Chain;
  /** Of a block: its elements, or rows and columns of the sums. */
  readonly block: Shape;
  /** Sums of the rows of what the chain computes, which are added up while the rows are in the cache. */
  readonly sums: readonly RowSum[];
  /** What others use. */
  readonly results: readonly Node[];
  /** What is cut into blocks, then numbers. */
  readonly sources: readonly Node[];
}

/** `sum(x, { axes: [1] })`, or `sum(reshape(x, [rows, columns]), { axes: [1] })` where nothing but the sum needs `x` reshaped. */
interface RowSum extends Node {
  readonly inputs: readonly [Node];
}

function loopOf(chain: Chain, uses: Uses): Loop | null {
  const { nodes, type, tensors, numbers } = chain;
  const own = new Set(nodes);
  const candidates = nodes.flatMap((n) => uses(n).flatMap((user) => rowSumsBehind(user, uses)));
  const count = numel(type.shape);
  const columns = new Set(candidates.map(columnsOf));
  const [rowLength = 1] = columns;
  const withSums = columns.size === 1 ? blockSize(count, rowLength) : null;
  const size = withSums ?? blockSize(count, 1);
  if (size === null) return null;
  const sums = withSums === null ? [] : candidates;
  const block = withSums === null ? [size] : [size / rowLength, rowLength];
  const inside = new Set<Node | null>([...own, ...sums, ...sums.map((n) => n.inputs[0])]);
  const results = [...nodes.filter((n) => uses(n).some((user) => !inside.has(user))), ...sums];
  if (results.some((n) => !KEPT.includes(n.type.dtype))) return null;
  const passes = nodes.reduce(
    (total, n) => total + n.inputs.filter((x) => sameShape(x.type.shape, type.shape)).length + 1,
    sums.length,
  );
  const written = results.length - sums.length;
  return passes < LEAST_GAIN * (tensors.length + written)
    ? null
    : { chain, block, sums, results, sources: [...tensors, ...numbers] };
}

/** What a loop may keep of each step. */
const KEPT = ['float32', 'int32'];
/** So many times as much must be read and written without a loop as with it: at 2, such as in the gradient of a U-Net's relu, nothing is won. */
const LEAST_GAIN = 2.1;

/**
 * How many of `count` elements make a block: a divisor, and a multiple of `columns`; `null` where there is none of a good size. Measured for Adam on
 * tensors of 0.2 to 4 million numbers: 8,192 to 65,536 are within 10 % of each other.
 */
function blockSize(count: number, columns: number): number | null {
  let best: number | null = null;
  const distance = (size: number): number => Math.abs(Math.log(size / BEST_BLOCK));
  for (let blocks = Math.ceil(count / LARGEST_BLOCK); blocks <= count / LEAST_BLOCK; blocks++) {
    const size = count / blocks;
    if (!Number.isInteger(size) || size % columns !== 0) continue;
    if (best === null || distance(size) < distance(best)) best = size;
  }
  return best;
}

const BEST_BLOCK = 16_384;
const LEAST_BLOCK = 8192;
const LARGEST_BLOCK = 65_536;

function rowSumsBehind(n: Node | null, uses: Uses): readonly RowSum[] {
  if (n === null) return [];
  if (isRowSum(n)) return [n as RowSum];
  if (!isOp(n, reshapeOp) || n.type.shape.length !== 2) return [];
  const users = uses(n);
  return users.every((user) => user !== null && isRowSum(user)) ? (users as readonly RowSum[]) : [];
}

function isRowSum(n: Node): boolean {
  if (!isOp(n, sumOp) || n.type.dtype !== 'float32' || n.attrs.keepDims || n.attrs.axes.join() !== '1') return false;
  return n.inputs[0]?.type.shape.length === 2;
}

function columnsOf({ inputs: [x] }: RowSum): number {
  return x.type.shape[1] as number;
}

/** The results of a loop whose sources are now `sources`, in their own shapes. */
function resultsOf({ chain, block, sums, results }: Loop, sources: readonly Node[]): ReadonlyMap<Node, Node> {
  const { nodes, type, tensors, numbers } = chain;
  const blocks = numel(type.shape) / numel(block);
  const inside = new Map<Node, Node>([
    ...tensors.map((n, i) => [n, input(`x/${i}`, block, n.type.dtype)] as const),
    ...numbers.map((n, i) => [n, input(`captured/${i}`, [], n.type.dtype)] as const),
  ]);
  const inBody = (n: Node): Node => inside.get(n) ?? n;
  for (const n of nodes) inside.set(n, node(n.op, n.inputs.map(inBody), n.attrs));
  for (const n of sums) {
    const [x] = n.inputs;
    inside.set(n, sum(inBody(inside.has(x) ? x : (x.inputs[0] as Node)), { axes: [1] }));
  }
  const body = graph(new Map(results.map((n, i) => [`each/${i}`, inBody(n)])));
  const inputs = sources.map((n, i) => reshape(n, i < tensors.length ? [blocks, ...block] : []));
  const attrs = { body, states: 0, scanned: tensors.length, reverse: false };
  return new Map(
    results.map((n) => {
      const each: ScanAttrs = { ...attrs, result: { each: inBody(n) } };
      return [n, reshape(node(scanOp, inputs, each), n.type.shape)];
    }),
  );
}
