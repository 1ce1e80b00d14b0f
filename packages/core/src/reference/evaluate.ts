import { dynamicSize } from '../backend/check.ts';
import { programInputs } from '../backend/program-inputs.ts';
import { BackendError } from '../errors.ts';
import { allocate } from '../ir/dtype.ts';
import type { Graph } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { isOp, type Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import { DYNAMIC, isDynamic, numel } from '../ir/shape.ts';
import type { RefArray, RefContext, RefKernel } from '../ops/_reference.ts';
import { constantOp } from '../ops/leaf/constant.ts';
import { inputOp } from '../ops/leaf/input.ts';
import { kernels } from './kernels.ts';

/** What holds the graph's float32 values. */
export type Precision = 'float32' | 'float64';

/** A copy of `array` in the interpreter's precision. */
export function copy({ dtype, shape, data }: NDArray, precision: Precision): RefArray {
  const own = dtype === 'float32' || dtype === 'float64' ? precision : dtype;
  const out = allocate(own, data.length);
  out.set(data);
  return { dtype: own, shape, data: out };
}

/** Throws unless every node of `g` can be evaluated. */
export function checkKernels(g: Graph): void {
  for (const n of g.nodes) {
    const body = n.op.body?.(n.attrs);
    if (body !== undefined) checkKernels(body);
    if (isOp(n, inputOp) || isOp(n, constantOp) || Object.hasOwn(kernels, n.op.name)) continue;
    throw new BackendError(`the reference backend cannot compute ${n.op.name}`, {
      received: `the ${n.op.kind} op '${n.op.name}'`,
      expected: 'input, constant, or a primitive of @descent/core',
      fix:
        n.op.kind === 'leaf'
          ? 'turn it into a graph input first'
          : 'make it a composite op, with a decomposition into primitives',
    });
  }
}

/** The outputs of `g`, from its inputs by name. A dynamic axis has the size that the inputs have there, or `batch` where that is known. */
export function evaluate(
  g: Graph,
  inputs: ReadonlyMap<string, RefArray>,
  precision: Precision,
  batch?: number,
): ReadonlyMap<string, RefArray> {
  const values = new Map<Node, RefArray>();
  const result = (n: Node): RefArray => values.get(n) as RefArray;
  const size = batch ?? sizeOf(g, inputs);
  const made = new Map<object, unknown>();
  const concrete = ({ type }: Node): TensorType =>
    isDynamic(type.shape) ? { ...type, shape: type.shape.map((d) => (d === DYNAMIC ? size : d)) } : type;
  const context: RefContext = {
    zeros({ dtype, shape }) {
      const own = dtype === 'float32' ? precision : dtype;
      return { dtype: own, shape, data: allocate(own, numel(shape)) };
    },
    evaluate: (body, given) => evaluate(body, given, precision, size),
    once(key, make) {
      if (!made.has(key)) made.set(key, make());
      return made.get(key) as ReturnType<typeof make>;
    },
  };
  for (const n of g.nodes) {
    if (isOp(n, inputOp)) values.set(n, inputs.get(n.attrs.name) as RefArray);
    else if (isOp(n, constantOp)) values.set(n, copy(n.attrs.value, precision));
    else {
      const kernel = kernels[n.op.name as keyof typeof kernels] as RefKernel;
      const info = { attrs: n.attrs, inputs: n.inputs.map(concrete), output: concrete(n) };
      values.set(n, kernel(n.inputs.map(result), info, context));
    }
  }
  return new Map([...g.outputs].map(([name, n]) => [name, result(n)]));
}

/** The size of the dynamic axis, for a graph that has one. */
function sizeOf(g: Graph, inputs: ReadonlyMap<string, RefArray>): number {
  if (!g.nodes.some((n) => isDynamic(n.type.shape))) return 0;
  const size = dynamicSize(programInputs({ graph: g }), Object.fromEntries(inputs));
  if (size !== undefined) return size;
  throw new BackendError('no input tells the size of the dynamic axis', {
    received: 'a graph whose results have a dynamic axis, and whose inputs have none',
    fix: 'give the results a fixed size, or make them depend on an input with a dynamic axis',
  });
}
