import { type NDArray, type NDArrays, type Node, ndarray, numel, type SampleType, type Tree } from '@descent/core';
import { type Graph, mapTree } from '@descent/core/backend';
import { fold, key, normal, randint } from '@descent/core/random';

/**
 * Random samples for a proof: normal numbers, booleans, and integers that can be looked up where the network looks them up. Another `turn` gives others.
 */
export function randomInputs(sample: Tree<SampleType>, graph: Graph, batch: number, turn = 0): NDArrays {
  return mapTree(sample, (type, name) => randomSamples(type, name || 'input', graph, batch, turn)) as NDArrays;
}

/** Bytes of pixels, and integers that are nothing's index. */
const BYTES = 256;

function randomSamples(
  { shape, dtype = 'float32' }: SampleType,
  name: string,
  graph: Graph,
  batch: number,
  turn: number,
): NDArray {
  const size = batch * numel(shape);
  const random = fold(key(turn), name === 'input' ? 'export proof' : `export proof ${name}`);
  if (dtype === 'float32') {
    const data = new Float32Array(size);
    normal(random, data);
    return ndarray('float32', [batch, ...shape], data);
  }
  const drawn = new Int32Array(size);
  const limit = indexLimit(name, graph);
  randint(random, drawn, 0, dtype === 'bool' ? Math.min(limit, 2) : limit);
  return dtype === 'int32'
    ? ndarray('int32', [batch, ...shape], drawn)
    : ndarray(dtype, [batch, ...shape], Uint8Array.from(drawn));
}

/** Ops that leave indices as they are, and those by which imported networks count negative ones from the end. */
const MOVES: ReadonlySet<string> = new Set(['cast', 'reshape', 'transpose', 'slice', 'flip', 'where', 'add', 'mod']);

/** The number of rows of the smallest table that the integers of an input are looked up in, such as an embedding, or one more than the entries that a length may count. */
function indexLimit(name: string, graph: Graph): number {
  const moved = new Set<Node>();
  for (const n of graph.nodes) {
    const isIt = n.op.name === 'input' && (n.attrs as { readonly name: string }).name === name;
    const isMoved =
      MOVES.has(n.op.name) && n.type.dtype !== 'float32' && n.inputs.some((x) => x !== null && moved.has(x));
    if (isIt || isMoved) moved.add(n);
  }
  return graph.nodes.reduce((limit, { op, inputs, attrs }) => {
    const types = inputs.map(({ type }) => type);
    const lookup = op.looksUp?.(types, attrs);
    return lookup !== undefined && moved.has(inputs[lookup.indices] as Node) ? Math.min(limit, lookup.size) : limit;
  }, BYTES);
}
