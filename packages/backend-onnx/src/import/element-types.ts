import { elementName } from '../model/element-names.ts';
import { number, tensorOf } from './attributes.ts';
import { type AttributeValue, type ImportedGraph, type ImportedNode, isGraph } from './graph.ts';
import { dtypeOf, type ElementType } from './known.ts';
import { operatorName } from './rule.ts';

type Type = ElementType | undefined;
/** Element types by the names of values. */
export type ElementTypes = ReadonlyMap<string, Type>;

/**
 * The same graph, whose nodes say of which element types their inputs and outputs are, as far as that can be told: a network has int32 alone for all that is
 * int8 to int64 in a file. `inputs` are the types of the graph's inputs.
 */
export function withElementTypes(graph: ImportedGraph, inputs: ElementTypes): ImportedGraph {
  return typed(graph, inputs).graph;
}

function typed(graph: ImportedGraph, outer: ElementTypes): { graph: ImportedGraph; results: readonly Type[] } {
  const types = new Map<string, Type>(outer);
  for (const [name, { elementType }] of graph.initializers) types.set(name, elementType);
  const typeOf = (name: string | undefined): Type => (name === undefined ? undefined : types.get(name));
  const nodes = graph.nodes.map((node) => {
    const inputs = node.inputs.map(typeOf);
    const bodies = new Map<string, readonly Type[]>();
    const attributes = new Map(
      [...node.attributes].map(([name, value]): [string, AttributeValue] => {
        if (!isGraph(value)) return [name, value];
        const given = givenTo(node, value, inputs);
        const inner = typed(value, new Map([...types, ...value.inputs.map((x, i) => [x, given[i]] as const)]));
        bodies.set(name, inner.results);
        return [name, inner.graph];
      }),
    );
    const outputs = outputTypes(node, inputs, bodies);
    node.outputs.forEach((name, i) => {
      if (name !== undefined) types.set(name, outputs(i));
    });
    return { ...node, attributes, types: { inputs, outputs: node.outputs.map((_, i) => outputs(i)) } };
  });
  return { graph: { ...graph, nodes }, results: graph.outputs.map(typeOf) };
}

/** The types of what a body is given. */
function givenTo(node: ImportedNode, body: ImportedGraph, inputs: readonly Type[]): readonly Type[] {
  if (node.opType === 'Loop') return ['int64', 'bool', ...inputs.slice(2)];
  // Scan of opset 8 has the lengths of sequences in front.
  return inputs.slice(Math.max(0, inputs.length - body.inputs.length));
}

type Outputs = (output: number) => Type;

function outputTypes(
  node: ImportedNode,
  inputs: readonly Type[],
  bodies: ReadonlyMap<string, readonly Type[]>,
): Outputs {
  const body = bodies.get('body') ?? bodies.get('then_branch');
  if (body !== undefined) return (i) => body[node.opType === 'Loop' ? i + 1 : i];
  const operator = operatorName(node);
  const found = Object.hasOwn(TYPES, operator) ? TYPES[operator] : undefined;
  if (found === undefined) return (i) => (i === 0 ? inputs[0] : SECOND.get(operator));
  const attribute = (name: string, fallback: Type): Type => {
    const type = elementName(number(node, name, 0));
    return dtypeOf(type) === undefined ? fallback : (type as ElementType);
  };
  return (i) => found({ node, inputs, attribute, i });
}

interface Asked {
  readonly node: ImportedNode;
  readonly inputs: readonly Type[];
  readonly i: number;
  readonly attribute: (name: string, fallback: Type) => Type;
}

/** Of further outputs of operators whose first has the type of the first input. */
const SECOND: ReadonlyMap<string, Type> = new Map([
  ['MaxPool', 'int64'],
  ['TopK', 'int64'],
  ['Dropout', 'bool'],
]);

const always = (type: Type) => (): Type => type;
const input =
  (at: number) =>
  ({ inputs }: Asked): Type =>
    inputs[at];

function constantType({ node }: Asked): Type {
  if (node.attributes.has('value')) return tensorOf(node, 'value').elementType;
  if (node.attributes.has('sparse_value')) return tensorOf(node, 'sparse_value').elementType;
  return ['value_int', 'value_ints'].some((name) => node.attributes.has(name)) ? 'int64' : 'float32';
}

/** Operators whose results have another type than their first input. */
const TYPES: Readonly<Record<string, (asked: Asked) => Type>> = {
  ...Object.fromEntries(
    ['And', 'Equal', 'Greater', 'GreaterOrEqual', 'IsInf', 'IsNaN', 'Less', 'LessOrEqual', 'Not', 'Or', 'Xor'].map(
      (name) => [name, always('bool')],
    ),
  ),
  ...Object.fromEntries(['ArgMax', 'ArgMin', 'NonZero', 'Shape', 'Size'].map((name) => [name, always('int64')])),
  Cast: ({ attribute }) => attribute('to', undefined),
  CastLike: input(1),
  Constant: constantType,
  ConstantOfShape: (asked) => (asked.node.attributes.has('value') ? constantType(asked) : 'float32'),
  ConvInteger: always('int32'),
  DequantizeLinear: input(1),
  DynamicQuantizeLinear: ({ i }) => (i === 1 ? 'float32' : 'uint8'),
  EyeLike: ({ attribute, inputs }) => attribute('dtype', inputs[0]),
  MatMulInteger: always('int32'),
  OneHot: input(2),
  QLinearConv: input(7),
  QLinearMatMul: input(7),
  QuantizeLinear: ({ inputs, attribute }) => inputs[2] ?? attribute('output_dtype', 'uint8'),
  Where: input(1),
  'ai.onnx.ml.LinearClassifier': ({ i }) => (i === 0 ? 'int64' : 'float32'),
  'ai.onnx.ml.TreeEnsembleClassifier': ({ i }) => (i === 0 ? 'int64' : 'float32'),
};
