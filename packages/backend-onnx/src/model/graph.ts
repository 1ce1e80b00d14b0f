import type { Constant, Value } from './value.ts';

/** The type of an input or output of a graph; a string is the name of a size that is known only when the graph runs, `null` one without a name. */
export interface ValueInfo extends Pick<Value, 'name' | 'dtype'> {
  readonly shape: readonly (number | string | null)[];
}

/** A number that ONNX stores as a float attribute; plain numbers are integers. */
export interface FloatAttribute {
  readonly float: number;
}

/** Value of a node's attribute: an integer, a float, a string, a list of integers, or a graph (the body of a loop). */
export type Attribute = number | FloatAttribute | string | readonly number[] | OnnxGraph;

export type Attributes = Readonly<Record<string, Attribute>>;

export interface OnnxNode {
  /** An operator of ONNX, or of another domain, which stands in front: `domain.Operator`. */
  readonly type: string;
  /** Names; an empty one stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
  /** The path of the layer that it is a part of, where that is known. */
  readonly origin?: string | undefined;
  /** Default: the name of its first output. */
  readonly name?: string;
}

/** A graph as plain data, before it becomes a protobuf message. */
export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly constants: ReadonlyMap<string, Constant>;
  readonly nodes: readonly OnnxNode[];
}

/** A graph with what a model file needs besides. */
export interface OnnxModel {
  readonly graph: OnnxGraph;
  readonly opset: number;
}

/** `nodes` with other names for values, in the graphs that they hold, too: names are unique in a model. */
export function renamedNodes(nodes: readonly OnnxNode[], rename: (name: string) => string): readonly OnnxNode[] {
  return nodes.map((n) => ({
    ...n,
    inputs: n.inputs.map(rename),
    outputs: n.outputs.map(rename),
    attributes: renamedBody(n.attributes, rename),
  }));
}

function renamedBody(attributes: Attributes, rename: (name: string) => string): Attributes {
  const { body } = attributes;
  if (typeof body !== 'object' || !('nodes' in body)) return attributes;
  const outputs = body.outputs.map((info) => ({ ...info, name: rename(info.name) }));
  return { ...attributes, body: { ...body, outputs, nodes: renamedNodes(body.nodes, rename) } };
}
