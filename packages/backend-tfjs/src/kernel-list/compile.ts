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
  const concrete = ({ type }: Node): TensorType => ({
    ...type,
    shape: type.shape.map((d) => (d === DYNAMIC ? batch : d)),
  });
  const inputs = new Map<string, Input>();
  const b = createBuilder(traits, (body, given, builder) => {
    const values = lowerNodes(body, builder, concrete, (name) => given.get(name) as Value);
    return new Map([...body.outputs].map(([name, n]) => [name, values.get(n) as Value]));
  });
  const values = lowerNodes(graph, b, concrete, (name, type) => {
    const value = b.placeholder(deviceDType(type.dtype), type.shape);
    inputs.set(name, { ...value, type });
    return value;
  });
  const outputs = new Map(
    [...graph.outputs].map(([name, n]) => [name, { value: inRows(b, values.get(n) as Value), type: concrete(n) }]),
  );
  return listOf(b, inputs, outputs);
}

function lowerNodes(
  { nodes }: Graph,
  b: Builder,
  concrete: (n: Node) => TensorType,
  inputOf: (name: string, type: TensorType) => Value,
): ReadonlyMap<Node, Value> {
  const values = new Map<Node, Value>();
  for (const n of nodes) {
    const output = concrete(n);
    if (isOp(n, constantOp)) values.set(n, b.constant(n.attrs.value));
    else if (isOp(n, inputOp)) values.set(n, inputOf(n.attrs.name, output));
    else {
      const info = { attrs: n.attrs, inputs: n.inputs.map(concrete), output };
      const operands = n.inputs.map((x) => values.get(x) as Value);
      values.set(n, lower(n, operands, info, b));
    }
  }
  return values;
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
