import type {
  AttributeProto,
  GraphProto,
  ModelProto,
  NodeProto,
  SparseTensorProto,
  TensorProto,
} from '../proto/onnx-pb.ts';

/** A tensor that is stored in a model, and where. */
export interface StoredTensor {
  readonly tensor: TensorProto;
  /** For messages: `initializer 'w'`, `attribute 'value' of node 'c'`. */
  readonly place: string;
  /** Whether it is an initializer of the main graph. */
  readonly main: boolean;
}

/**
 * Every tensor that `model` stores: initializers, sparse ones, attributes of nodes, the bodies of control flow, functions, and what is
 * there for training. It keeps its own stack, since files may nest deeply.
 */
export function modelTensors(model: ModelProto): readonly StoredTensor[] {
  const found: StoredTensor[] = [];
  const graphs: GraphProto[] = [];
  const later = (...more: readonly (GraphProto | undefined)[]): void => {
    for (const g of more) if (g !== undefined) graphs.push(g);
  };
  const add = (tensor: TensorProto | undefined, place: string, main = false): void => {
    if (tensor !== undefined) found.push({ tensor, place, main });
  };
  const addSparse = (sparse: SparseTensorProto | undefined, place: string): void => {
    add(sparse?.values, `values of ${place}`);
    add(sparse?.indices, `indices of ${place}`);
  };
  const visitAttribute = (a: AttributeProto, owner: string): void => {
    const place = `attribute '${a.name}' of ${owner}`;
    add(a.t, place);
    addSparse(a.sparseTensor, place);
    for (const t of a.tensors) add(t, place);
    for (const s of a.sparseTensors) addSparse(s, place);
    later(a.g, ...a.graphs);
  };
  const visitNode = (n: NodeProto): void => {
    for (const a of n.attribute) visitAttribute(a, `${n.opType} '${n.name || n.output[0] || ''}'`);
  };
  for (const f of model.functions) {
    for (const a of f.attributeProto) visitAttribute(a, `function '${f.name}'`);
    for (const n of f.node) visitNode(n);
  }
  later(model.graph, ...model.trainingInfo.flatMap((info) => [info.initialization, info.algorithm]));
  for (let g = graphs.pop(); g !== undefined; g = graphs.pop()) {
    const main = g === model.graph;
    for (const t of g.initializer) add(t, `initializer '${t.name}'`, main);
    for (const s of g.sparseInitializer) addSparse(s, `sparse initializer '${s.values?.name ?? ''}'`);
    for (const n of g.node) visitNode(n);
  }
  return found;
}
