import type { Node } from '@descent/core';
import { add, gelu, matmul, mul, sigmoid, transpose } from '@descent/core/ops';
import { flag, number } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { RuleContext, Rules } from '../rule.ts';
import { matMulNBits } from './matmul-nbits.ts';

/** What ONNX Runtime puts in place of several operators when it optimizes a file. */
export const CONTRIB: Rules = {
  'com.microsoft.Gelu': (_, c) => gelu(c.node(0)),
  'com.microsoft.BiasGelu': (_, c) => gelu(add(c.node(0), c.node(1))),
  'com.microsoft.FastGelu': (_, c) => gelu(c.has(1) ? add(c.node(0), c.node(1)) : c.node(0), { approximate: 'tanh' }),
  'com.microsoft.QuickGelu': (node, c) => mul(c.node(0), sigmoid(mul(c.node(0), number(node, 'alpha', 1.702)))),
  'com.microsoft.FusedMatMul': fusedMatMul,
  'com.microsoft.MatMulNBits': matMulNBits,
};

function fusedMatMul(node: ImportedNode, c: RuleContext): Node {
  const [a, b] = [
    batchSwapped(c.node(0), flag(node, 'transBatchA', false)),
    batchSwapped(c.node(1), flag(node, 'transBatchB', false)),
  ];
  const y = matmul(a, b, { transposeA: flag(node, 'transA', false), transposeB: flag(node, 'transB', false) });
  const alpha = number(node, 'alpha', 1);
  return alpha === 1 ? y : mul(y, alpha);
}

/** The first axis put in front of the last: batches that stand behind the rows. */
function batchSwapped(x: Node, isSwapped: boolean): Node {
  if (!isSwapped) return x;
  const rank = x.type.shape.length;
  return transpose(x, [...Array.from({ length: rank - 2 }, (_, i) => i + 1), 0, rank - 1]);
}
