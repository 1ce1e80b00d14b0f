import { gradients } from '../../autodiff/gradients.ts';
import type { Arrays } from '../../backend/contract.ts';
import { ValueError } from '../../errors.ts';
import type { DType } from '../../ir/dtype.ts';
import { type Graph, graph } from '../../ir/graph.ts';
import { type NDArray, zeros } from '../../ir/ndarray.ts';
import type { Node } from '../../ir/node.ts';
import { input } from '../../ops/leaf/input.ts';
import { EDGE_BUILDERS } from './builders.ts';
import { PYTORCH_EDGES } from './pytorch.ts';

/** What PyTorch computes at an edge. Arrays are texts such as `float32[3]: NaN -0 1`, since JSON knows neither of the first two. */
export interface PytorchEdge {
  readonly name: string;
  /** A name among the builders. */
  readonly op: string;
  readonly inputs: readonly string[];
  readonly y: string;
  readonly dy?: string;
  /** The gradients of `Σ y·dy` with respect to the float32 inputs; `null` where none flows. */
  readonly grads?: readonly (string | null)[];
}

/** A computation at an edge of arithmetic, and what is expected of it. */
export interface EdgeCase {
  /** `relu/every edge/gradient`. */
  readonly name: string;
  readonly direction: 'forward' | 'gradient';
  readonly graph: Graph;
  readonly feeds: Arrays;
  readonly expected: Arrays;
}

/** NaN, infinities, zeros of both signs, ties and emptiness, forward and backward, with PyTorch's answers. */
export function edgeCases(): readonly EdgeCase[] {
  return PYTORCH_EDGES.flatMap(edgeCase);
}

function edgeCase({ name, op, inputs, y, dy, grads }: PytorchEdge): readonly EdgeCase[] {
  const build = EDGE_BUILDERS[op];
  if (build === undefined) throw new ValueError('a case of PyTorch has no builder here', { received: op });
  const arrays = inputs.map(parse);
  const nodes = arrays.map(({ dtype, shape }, i) => input(`x${i}`, shape, dtype as DType));
  const feeds = Object.fromEntries(arrays.map((array, i) => [`x${i}`, array]));
  const result = build(...nodes);
  const forward: EdgeCase = {
    name: `${op}/${name}/forward`,
    direction: 'forward',
    graph: graph({ y: result }),
    feeds,
    expected: { y: parse(y) },
  };
  if (dy === undefined || grads === undefined) return [forward];
  const floats = nodes.filter((n) => n.type.dtype === 'float32');
  const expected = Object.fromEntries(
    grads.map((g, i) => [`g${i}`, g === null ? zeros((floats[i] as Node).type.shape) : parse(g)]),
  );
  const found = gradients(result, floats, input('dy', result.type.shape));
  return [
    forward,
    {
      name: `${op}/${name}/gradient`,
      direction: 'gradient',
      graph: graph(Object.fromEntries(found.map((g, i) => [`g${i}`, g]))),
      feeds: { ...feeds, dy: parse(dy) },
      expected,
    },
  ];
}

function parse(text: string): NDArray {
  const [, dtype, sizes, values] = /^(\w+)\[(.*)\]:(.*)$/.exec(text) as unknown as [string, DType, string, string];
  const array = zeros(sizes === '' ? [] : sizes.split(',').map(Number), dtype);
  array.data.set(values.trim() === '' ? [] : values.trim().split(' ').map(Number));
  return array;
}
