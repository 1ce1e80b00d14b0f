import { type Node, ndarray } from '@descent/core';
import { add, constant, matmul } from '@descent/core/ops';
import { number } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { Known } from '../known.ts';
import type { RuleContext } from '../rule.ts';

/** A product with weights of a few bits each, which are written out as floats: `[…, K] · [N, K]ᵀ`. They are constants: nothing trains them. */
export function matMulNBits(node: ImportedNode, c: RuleContext): Node {
  const [k, n] = [number(node, 'K'), number(node, 'N')];
  const [bits, block] = [number(node, 'bits', 4), number(node, 'block_size')];
  if (![2, 4, 8].includes(bits)) throw c.unsupported(`${bits} bits`, '2, 4 or 8');
  if (c.has(4)) throw c.unsupported('groups in another order (g_idx)', 'blocks one behind the other');
  const packed = known(c, 1);
  const scales = known(c, 2);
  const zeros = c.has(3) ? known(c, 3) : undefined;
  const blocks = Math.ceil(k / block);
  const weight = new Float32Array(n * k);
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < k; i++) {
      const of = Math.floor(i / block);
      const at = row * blocks + of;
      const whole = bitsAt(packed, at * block + (i % block), bits);
      const zero = zeros === undefined ? 2 ** (bits - 1) : zeroAt(zeros, row, of, blocks, bits);
      weight[row * k + i] = (whole - zero) * (scales.data[at] as number);
    }
  }
  const y = matmul(c.node(0), constant(ndarray('float32', [n, k], weight)), { transposeB: true });
  const bias = c.optional(5);
  return bias === undefined ? y : add(y, bias);
}

function known(c: RuleContext, input: number): Known {
  const found = c.known(input);
  if (found === undefined) throw c.unsupported('weights that depend on what is fed', 'weights of the file');
  return found;
}

/** Number `i` of many that are packed in bytes, the lower bits first. */
function bitsAt({ data }: Known, i: number, bits: number): number {
  const each = 8 / bits;
  const byte = data[Math.floor(i / each)] as number;
  return (byte >> ((i % each) * bits)) & (2 ** bits - 1);
}

/** Zero points are numbers, or are packed as the weights are, each row beginning with a byte of its own. */
function zeroAt(zeros: Known, row: number, block: number, blocks: number, bits: number): number {
  if (zeros.elementType !== 'uint8') return zeros.data[row * blocks + block] as number;
  const each = 8 / bits;
  return bitsAt(zeros, row * Math.ceil(blocks / each) * each + block, bits);
}
