import { create } from '@bufbuild/protobuf';
import { modelTensors } from '../inference/model-tensors.ts';
import { type TensorNumbers, tensorValues } from '../inference/tensor-values.ts';
import { modelNodes } from '../inspect/model-nodes.ts';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from '../proto/onnx-pb.ts';

/** Numbers for a new constant. */
export interface NewTensor {
  readonly dataType: number;
  readonly dims: readonly number[];
  readonly data: ArrayBufferView;
}

/** Changes the main graph of a model that is nobody else's. Names stay those of the file; new ones are like none that it has. */
export class GraphEditor {
  readonly model: ModelProto;
  readonly path: string;
  readonly graph: GraphProto;
  readonly #taken: Set<string>;
  readonly #constants: Map<string, TensorProto>;

  constructor(model: ModelProto, path: string) {
    this.model = model;
    this.path = path;
    this.graph = model.graph as GraphProto;
    this.#liftConstants();
    this.#constants = new Map(this.graph.initializer.map((t) => [t.name, t]));
    this.#taken = new Set([
      ...modelTensors(model).map(({ tensor }) => tensor.name),
      ...modelNodes(model).flatMap((n) => [n.name, ...n.input, ...n.output]),
      ...[...this.graph.input, ...this.graph.output].map(({ name }) => name),
    ]);
  }

  /** Constants of nodes become initializers, which is what all else here looks at. */
  #liftConstants(): void {
    const { graph } = this;
    const isTensor = ({ name, t }: AttributeProto): boolean => name === 'value' && t !== undefined;
    for (const n of graph.node) {
      const tensor = n.opType === 'Constant' && n.domain === '' ? n.attribute.find(isTensor)?.t : undefined;
      if (tensor === undefined) continue;
      tensor.name = n.output[0] ?? '';
      graph.initializer.push(tensor);
    }
    const lifted = new Set(graph.initializer.map(({ name }) => name));
    graph.node = graph.node.filter((n) => n.opType !== 'Constant' || !lifted.has(n.output[0] ?? ''));
  }

  /** Version of ONNX's own operators that the file is written in. */
  get opset(): number {
    const own = this.model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
    return Number(own?.version ?? 1n);
  }

  constant(name: string | undefined): TensorProto | undefined {
    return name === undefined ? undefined : this.#constants.get(name);
  }

  /** The numbers of a float32 constant; null for all else. */
  floats(name: string | undefined): TensorNumbers | null {
    const tensor = this.constant(name);
    return tensor?.dataType === DataType.FLOAT ? tensorValues(tensor, this.path) : null;
  }

  isOutput(name: string): boolean {
    return this.graph.output.some((output) => output.name === name);
  }

  isInput(name: string): boolean {
    return this.graph.input.some((input) => input.name === name) && !this.#constants.has(name);
  }

  /** Nodes of the main graph by the names that they take, those that graphs in nodes take among them. */
  consumers(): ReadonlyMap<string, readonly NodeProto[]> {
    const found = new Map<string, NodeProto[]>();
    for (const n of this.graph.node) {
      for (const name of new Set([...n.input, ...takenInside(n)])) {
        const list = found.get(name);
        if (list === undefined) found.set(name, [n]);
        else list.push(n);
      }
    }
    return found;
  }

  producers(): ReadonlyMap<string, NodeProto> {
    return new Map(this.graph.node.flatMap((n) => n.output.map((name) => [name, n] as const)));
  }

  fresh(wanted: string): string {
    let name = wanted;
    for (let i = 1; this.#taken.has(name); i++) name = `${wanted}_${i}`;
    this.#taken.add(name);
    return name;
  }

  addConstant(wanted: string, { dataType, dims, data }: NewTensor): string {
    const name = this.fresh(wanted);
    const rawData = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    const tensor = create(TensorProtoSchema, { name, dataType, dims: dims.map(BigInt), rawData });
    this.graph.initializer.push(tensor);
    this.#constants.set(name, tensor);
    return name;
  }

  /** Takes constants away: those whose name a node will have for what it computes. */
  removeConstants(names: ReadonlySet<string>): void {
    const { graph, model } = this;
    graph.initializer = graph.initializer.filter(({ name }) => !names.has(name));
    // Files of IR version 3 list constants as inputs that have a value; since version 4 they need not.
    graph.input = graph.input.filter(({ name }) => !names.has(name));
    if (model.irVersion < 4n) model.irVersion = 4n;
    for (const name of names) this.#constants.delete(name);
  }

  /** A node that is in no graph yet; its name is like no other's. */
  node(
    opType: string,
    input: readonly string[],
    output: string,
    attributes: Readonly<Record<string, number>> = {},
    domain = '',
  ): NodeProto {
    const attribute = Object.entries(attributes).map(([name, i]) =>
      create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(i) }),
    );
    const name = this.fresh(`${output}_${opType}`);
    return create(NodeProtoSchema, { opType, domain, name, input: [...input], output: [output], attribute });
  }

  /** Takes away the constants that nothing uses, such as those of a batch norm that is part of a convolution now. */
  removeUnused(): void {
    const consumers = this.consumers();
    const unused = [...this.#constants.keys()].filter((name) => !consumers.has(name) && !this.isOutput(name));
    this.removeConstants(new Set(unused));
  }

  /** A version of the operators of `domain`, if the file does not have one. */
  importDomain(domain: string, version: number): void {
    if (this.model.opsetImport.some((own) => own.domain === domain)) return;
    this.model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) }));
  }
}

export function intAttribute({ attribute }: NodeProto, name: string, otherwise: number): number {
  const found = attribute.find((a) => a.name === name);
  return found === undefined ? otherwise : Number(found.i);
}

export function floatAttribute({ attribute }: NodeProto, name: string, otherwise: number): number {
  return attribute.find((a) => a.name === name)?.f ?? otherwise;
}

/** Whether `n` is ONNX's own operator `type`. */
export function isOperator(n: NodeProto, ...types: readonly string[]): boolean {
  return (n.domain === '' || n.domain === 'ai.onnx') && types.includes(n.opType);
}

/** What a node is called in messages. */
export function nodeName({ name, output, opType }: NodeProto): string {
  return name || output[0] || opType;
}

/** Names that graphs in a node take, from wherever: some may be of their own. */
export function takenInside(node: NodeProto): readonly string[] {
  const names: string[] = [];
  const graphs = node.attribute.flatMap((a) => (a.g === undefined ? a.graphs : [a.g, ...a.graphs]));
  for (let g = graphs.pop(); g !== undefined; g = graphs.pop()) {
    names.push(...g.output.map(({ name }) => name));
    for (const n of g.node) {
      names.push(...n.input);
      for (const a of n.attribute) graphs.push(...(a.g === undefined ? a.graphs : [a.g, ...a.graphs]));
    }
  }
  return names;
}
