import {
  BackendError,
  constantOp,
  DYNAMIC,
  type Graph,
  inputOp,
  isOp,
  type LoweringInfo,
  type Node,
  numel,
  type TensorType,
} from '@descent/core/backend';
import { deviceDType } from '../engines/engine.ts';
import type { Traits } from '../engines/traits.ts';
import { lowerings } from '../lowerings/index.ts';
import { type Builder, createBuilder, type Value } from './builder.ts';
import { whenEmpty } from './empty.ts';
import { type Input, type KernelList, listOf } from './kernel-list.ts';
import { inRows } from './values.ts';

type AnyLowering = (operands: readonly Value[], info: LoweringInfo<object>, b: Builder) => Value;

/** Lowers every node of `graph` once. Dynamic axes get the size `batch`. */
export function compileGraph(graph: Graph, traits: Traits, batch: number): KernelList {
  const b = createBuilder(traits);
  const values = new Map<Node, Value>();
  const inputs = new Map<string, Input>();
  const concrete = ({ type }: Node): TensorType => ({
    ...type,
    shape: type.shape.map((d) => (d === DYNAMIC ? batch : d)),
  });
  for (const n of graph.nodes) {
    const output = concrete(n);
    if (isOp(n, constantOp)) values.set(n, b.constant(n.attrs.value));
    else if (isOp(n, inputOp)) {
      const value = b.placeholder(deviceDType(output.dtype), output.shape);
      inputs.set(n.attrs.name, { ...value, type: output });
      values.set(n, value);
    } else {
      const info = { attrs: n.attrs, inputs: n.inputs.map(concrete), output };
      const operands = n.inputs.map((x) => values.get(x) as Value);
      values.set(n, lower(n, operands, info, b));
    }
  }
  const outputs = new Map(
    [...graph.outputs].map(([name, n]) => [name, { value: inRows(b, values.get(n) as Value), type: concrete(n) }]),
  );
  return listOf(b, inputs, outputs);
}

function lower(n: Node, operands: readonly Value[], info: LoweringInfo<object>, b: Builder): Value {
  const lowering = (lowerings as unknown as Readonly<Record<string, AnyLowering | undefined>>)[n.op.name];
  if (lowering === undefined) {
    throw new BackendError(`the tfjs backend cannot compute ${n.op.name}`, {
      received: `the ${n.op.kind} op '${n.op.name}'`,
      expected: 'input, constant, or an op of @descent/core',
      fix: 'make it a composite op, with a decomposition into primitives',
    });
  }
  // Kernels are not made for tensors without elements.
  const isEmpty = numel(info.output.shape) === 0 || info.inputs.some((x) => numel(x.shape) === 0);
  return (isEmpty ? whenEmpty(n.op.name, info, b) : null) ?? lowering(operands, info, b);
}
