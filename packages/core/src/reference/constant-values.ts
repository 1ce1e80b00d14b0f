import { graph } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { isOp, type Node } from '../ir/node.ts';
import { constantOp } from '../ops/leaf/constant.ts';
import { expectKind } from '../options.ts';
import { decompose } from '../passes/decompose.ts';
import { evaluate } from './evaluate.ts';

/**
 * The numbers of nodes that depend on constants alone, computed in float64 and given as float32; undefined where one of them depends on an input or a
 * random draw.
 */
export function constantValues(nodes: readonly Node[]): readonly NDArray[] | undefined {
  expectKind('the nodes', nodes, 'list', '[y]');
  const whole = graph(Object.fromEntries(nodes.map((n, i) => [`${i}`, n])));
  if (whole.nodes.some((n) => n.op.kind === 'leaf' && !isOp(n, constantOp))) return undefined;
  const plain = decompose(whole, () => false);
  const results = evaluate(plain, new Map(), 'float64');
  return nodes.map((_, i) => {
    const { dtype, shape, data } = results.get(`${i}`) as NDArray;
    return dtype === 'float64' ? { dtype: 'float32', shape, data: Float32Array.from(data) } : { dtype, shape, data };
  });
}
