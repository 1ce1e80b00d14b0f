import { TensorProto_DataType as DataType, type NodeProto } from '../proto/onnx-pb.ts';
import { type GraphEditor, intAttribute, isOperator } from './editor.ts';
import { round } from './integers.ts';
import { type KeptNode, keptNode, quantizedNode, type Transformed } from './transforms.ts';
import { isPlainGemm, type Weight, weightsOf } from './weights.ts';

const DOMAIN = 'com.microsoft';
/** The integer that stands for 0 where an operator is given no zero points. */
const MIDDLE = 8;

/**
 * Turns products with constant matrices into ONNX Runtime's `MatMulNBits`: blocks of `blockSize` numbers along the inputs of each output share a scale, and
 * each number has four bits.
 */
export function toInt4(
  editor: GraphEditor,
  { blockSize, isExcluded }: { readonly blockSize: number; readonly isExcluded: (node: NodeProto) => boolean },
): Transformed {
  const done = new Map<NodeProto, readonly NodeProto[]>();
  const nodes: NodeProto[] = [];
  const kept: KeptNode[] = [];
  for (const weight of weightsOf(editor)) {
    const { node, input, name } = weight;
    const reason = isExcluded(node) ? 'excluded' : reasonToKeep(weight, blockSize);
    if (reason !== null) {
      kept.push(keptNode(node, reason));
      continue;
    }
    if (input !== 1) continue;
    const { K, N, at } = matrixOf(weight);
    const { packed, scales, blocks } = packedBlocks(weight.values, K, N, at, blockSize);
    const b = editor.addConstant(`${name}_int4`, {
      dataType: DataType.UINT8,
      dims: [N, blocks, blockSize / 2],
      data: packed,
    });
    const s = editor.addConstant(`${name}_scales`, { dataType: DataType.FLOAT, dims: [N, blocks], data: scales });
    const bias = node.opType === 'Gemm' ? node.input[2] : undefined;
    const [x = ''] = node.input;
    const [y = ''] = node.output;
    const product = bias ? editor.fresh(`${y}_product`) : y;
    const attributes = { K, N, bits: 4, block_size: blockSize };
    const multiply = editor.node('MatMulNBits', [x, b, s], product, attributes, DOMAIN);
    multiply.name = node.name;
    const add = bias ? [editor.node('Add', [product, bias], y)] : [];
    done.set(node, [multiply, ...add]);
    nodes.push(node);
  }
  editor.graph.node = editor.graph.node.flatMap((n) => done.get(n) ?? [n]);
  editor.removeUnused();
  if (done.size > 0) editor.importDomain(DOMAIN, 1);
  return { nodes: nodes.map(quantizedNode), kept };
}

function reasonToKeep({ node, dims, values }: Weight, blockSize: number): string | null {
  if (!isOperator(node, 'MatMul', 'Gemm')) return `${node.opType} has no form with weights of 4 bits`;
  if (dims.length !== 2) return 'its weight is no matrix';
  if (node.opType === 'Gemm' && !isPlainGemm(node)) return 'it transposes or scales what it multiplies';
  const { K } = matrixOf({ node, dims });
  if (K < blockSize) return `it has ${K} inputs, less than a block of ${blockSize}`;
  return values.length === 0 ? 'its weight is empty' : null;
}

/** Inputs, outputs, and where the number for an input and an output lies. */
function matrixOf({ node, dims }: Pick<Weight, 'node' | 'dims'>): {
  readonly K: number;
  readonly N: number;
  readonly at: (k: number, n: number) => number;
} {
  const [rows, columns] = dims as readonly [number, number];
  const isTransposed = node.opType === 'Gemm' && intAttribute(node, 'transB', 0) === 1;
  return isTransposed
    ? { K: columns, N: rows, at: (k, n) => n * columns + k }
    : { K: rows, N: columns, at: (k, n) => k * columns + n };
}

/**
 * Two numbers a byte, the first in its lower half. The number of the largest size in a block becomes 0, eight below the middle, so that all 16 values
 * are used on its side.
 */
function packedBlocks(
  values: ArrayLike<number>,
  K: number,
  N: number,
  at: (k: number, n: number) => number,
  blockSize: number,
): { readonly packed: Uint8Array; readonly scales: Float32Array; readonly blocks: number } {
  const blocks = Math.ceil(K / blockSize);
  const packed = new Uint8Array(N * blocks * (blockSize / 2)).fill(MIDDLE * 17);
  const scales = new Float32Array(N * blocks);
  for (let n = 0; n < N; n++) {
    for (let block = 0; block < blocks; block++) {
      const [first, end] = [block * blockSize, Math.min(K, (block + 1) * blockSize)];
      let largest = 0;
      for (let k = first; k < end; k++) {
        const value = values[at(k, n)] as number;
        if (Math.abs(value) > Math.abs(largest)) largest = value;
      }
      const scale = Math.fround(largest / -MIDDLE);
      scales[n * blocks + block] = scale;
      if (scale === 0) continue;
      for (let k = first; k < end; k++) {
        const q = Math.min(15, Math.max(0, round((values[at(k, n)] as number) / scale) + MIDDLE));
        const byte = (n * blocks + block) * (blockSize / 2) + ((k - first) >> 1);
        const other = packed[byte] as number;
        packed[byte] = (k - first) % 2 === 0 ? (other & 0xf0) | q : (other & 0x0f) | (q << 4);
      }
    }
  }
  return { packed, scales, blocks };
}
