import { BackendError } from '@descent/core';
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  type FunctionProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type OperatorSetIdProto,
} from '../proto/onnx-pb.ts';
import type { AttributeValue, ImportedGraph, ImportedNode, TensorKind } from './graph.ts';
import type { Known } from './known.ts';
import { scopeOf } from './node-path.ts';
import { knownSparse, knownTensor } from './tensor.ts';

/** What a name inside a function or a body stands for outside of it. */
type Rename = (name: string) => string;

/** Where nodes stand: in the file itself, or in a function that was put in place of its call. */
interface Place {
  readonly opsets: ReadonlyMap<string, number>;
  readonly rename: Rename;
  /** The attributes of the call, which attributes of nodes in a function may refer to. */
  readonly given: ReadonlyMap<string, AttributeValue>;
  /** In front of names of nodes. */
  readonly prefix: string;
}

/**
 * The graph of `model`, with its functions in place of their calls: how large that becomes has been checked by `expectBoundedFunctions`.
 * @throws BackendError for tensors that are damaged or of types that networks do not compute with.
 */
export function readGraph(model: ModelProto, path: string): ImportedGraph {
  const functions = new Map(model.functions.map((f) => [keyOf(f.domain, f.name, f.overload), f]));
  let calls = 0;
  const opsetOf = ({ opsets }: Place, domain: string): number => opsets.get(ownDomain(domain)) ?? 1;

  const graph = (proto: GraphProto, place: Place): ImportedGraph => expectOnce(graphOf(proto, place), path);

  const graphOf = (proto: GraphProto, place: Place): ImportedGraph => ({
    name: proto.name,
    inputs: proto.input.map(({ name }) => place.rename(name)),
    outputs: proto.output.map(({ name }) => place.rename(name)),
    initializers: new Map([
      ...proto.initializer.map((t) => [place.rename(t.name), knownTensor(t, `initializer '${t.name}'`, path)] as const),
      ...proto.sparseInitializer.map((s) => {
        const name = s.values?.name ?? '';
        return [place.rename(name), knownSparse(s, `sparse initializer '${name}'`, path)] as const;
      }),
    ]),
    kinds: kindsIn(proto),
    nodes: proto.node.flatMap((n) => nodes(n, place)),
  });

  const nodes = (proto: NodeProto, place: Place): readonly ImportedNode[] => {
    const called = functions.get(keyOf(proto.domain, proto.opType, proto.overload));
    const attributes = new Map(proto.attribute.flatMap((a) => attribute(a, proto, place)));
    if (called !== undefined) return inlined(called, proto, attributes, place);
    const scope = scopeOf(proto.metadataProps.find(({ key }) => key === 'pkg.torch.onnx.name_scopes')?.value);
    const title = proto.name || `${proto.opType}_${proto.output.find((name) => name !== '') ?? ''}`;
    return [
      {
        name: place.prefix + title,
        ...(scope !== undefined && { scope }),
        opType: proto.opType,
        domain: ownDomain(proto.domain),
        opset: opsetOf(place, proto.domain),
        // A name of a function's input that its call leaves out stands for nothing.
        inputs: proto.input.map((name) => (name === '' ? undefined : place.rename(name) || undefined)),
        outputs: proto.output.map((name) => (name === '' ? undefined : place.rename(name))),
        attributes,
      },
    ];
  };

  const inlined = (
    f: FunctionProto,
    call: NodeProto,
    attributes: ReadonlyMap<string, AttributeValue>,
    outer: Place,
  ): readonly ImportedNode[] => {
    const prefix = `${outer.prefix}${call.name || `${f.name}_${++calls}`}/`;
    const ports = new Map<string, string>();
    f.input.forEach((name, i) => {
      const given = call.input[i];
      // What was left out at the call is left out inside, too: no node makes this name.
      ports.set(name, given === undefined || given === '' ? '' : outer.rename(given));
    });
    f.output.forEach((name, i) => {
      const wanted = call.output[i];
      if (wanted !== undefined && wanted !== '' && !ports.has(name)) ports.set(name, outer.rename(wanted));
    });
    const place: Place = {
      opsets: new Map([...outer.opsets, ...opsetsOf(f.opsetImport)]),
      rename: (name) => ports.get(name) ?? `${prefix}${name}`,
      given: new Map([...f.attributeProto.flatMap((a) => attribute(a, call, outer)), ...attributes]),
      prefix,
    };
    const body = f.node.flatMap((n) => nodes(n, place));
    // An output of the function that is an input of it as well has no node that makes it.
    const passed = f.output.flatMap((name, i) => {
      const wanted = call.output[i];
      return f.input.includes(name) && wanted ? [identity(place.rename(name), outer.rename(wanted), prefix)] : [];
    });
    return [...body, ...passed];
  };

  const attribute = (
    a: AttributeProto,
    owner: NodeProto,
    place: Place,
  ): readonly (readonly [string, AttributeValue])[] => {
    if (a.refAttrName !== '') {
      const given = place.given.get(a.refAttrName);
      return given === undefined ? [] : [[a.name, given]];
    }
    const title = `attribute '${a.name}' of ${owner.opType} '${owner.name}'`;
    const value = attributeValue(a, title, place);
    return value === undefined ? [] : [[a.name, value]];
  };

  const attributeValue = (a: AttributeProto, title: string, place: Place): AttributeValue | undefined => {
    switch (typeOf(a)) {
      case AttributeType.FLOAT:
        return a.f;
      case AttributeType.INT:
        return Number(a.i);
      case AttributeType.STRING:
        return UTF_8.decode(a.s);
      case AttributeType.FLOATS:
        return a.floats;
      case AttributeType.INTS:
        return a.ints.map(Number);
      case AttributeType.STRINGS:
        return a.strings.map((s) => UTF_8.decode(s));
      case AttributeType.TENSOR:
        return a.t === undefined ? undefined : tensorValue(() => knownTensor(a.t as never, title, path), a);
      case AttributeType.SPARSE_TENSOR:
        return a.sparseTensor === undefined ? undefined : knownSparse(a.sparseTensor, title, path);
      case AttributeType.TENSORS:
        return a.tensors.map((t) => knownTensor(t, title, path));
      case AttributeType.GRAPH:
        return a.g === undefined ? undefined : graph(a.g, place);
      case AttributeType.GRAPHS:
        return a.graphs.map((g) => graph(g, place));
      default:
        return undefined;
    }
  };

  if (model.graph === undefined) throw new BackendError('the model has no graph', { path });
  return graph(model.graph, {
    opsets: opsetsOf(model.opsetImport),
    rename: (name) => name,
    given: new Map(),
    prefix: '',
  });
}

const KINDS: Readonly<Record<string, TensorKind>> = {
  PARAMETER: 'parameter',
  BUFFER: 'buffer',
  CONSTANT_TENSOR: 'buffer',
};

/** What `torch.export` knew of each tensor, as PyTorch's exporter notes it. */
function kindsIn({ valueInfo }: GraphProto): ReadonlyMap<string, TensorKind> {
  return new Map(
    valueInfo.flatMap(({ name, metadataProps }) => {
      const told = metadataProps.find(({ key }) => key === 'pkg.torch.export.graph_signature.InputSpec.kind')?.value;
      const kind = told !== undefined && Object.hasOwn(KINDS, told) ? KINDS[told] : undefined;
      return kind === undefined ? [] : [[name, kind] as const];
    }),
  );
}

/** Throws a `BackendError` where two operators make one value: which of them is meant nobody can say. */
function expectOnce(graph: ImportedGraph, path: string): ImportedGraph {
  const made = new Set(graph.inputs);
  for (const { outputs, name } of graph.nodes) {
    for (const output of outputs) {
      if (output === undefined) continue;
      if (!made.has(output) && !graph.initializers.has(output)) made.add(output);
      else {
        throw new BackendError('two operators of the model make one value', {
          path,
          received: `'${output}', for the second time by '${name}'`,
          expected: 'names of their own for all values',
          fix: 'export the model again; the ONNX checker says more',
        });
      }
    }
  }
  return graph;
}

const UTF_8 = new TextDecoder();

/** Text tensors, such as the keys of scikit-learn's classifiers, are read where somebody asks for them. */
function tensorValue(read: () => Known, a: AttributeProto): AttributeValue {
  return a.t?.stringData.length ? a.t.stringData.map((s) => UTF_8.decode(s)) : read();
}

/** Files of the first version of the format do not say the type. */
function typeOf(a: AttributeProto): AttributeType {
  if (a.type !== AttributeType.UNDEFINED) return a.type;
  if (a.t !== undefined) return AttributeType.TENSOR;
  if (a.g !== undefined) return AttributeType.GRAPH;
  if (a.floats.length > 0) return AttributeType.FLOATS;
  if (a.ints.length > 0) return AttributeType.INTS;
  if (a.strings.length > 0) return AttributeType.STRINGS;
  if (a.s.length > 0) return AttributeType.STRING;
  return a.f !== 0 ? AttributeType.FLOAT : AttributeType.INT;
}

function opsetsOf(imports: readonly OperatorSetIdProto[]): ReadonlyMap<string, number> {
  return new Map(imports.map(({ domain, version }) => [ownDomain(domain), Number(version)]));
}

function ownDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

function keyOf(domain: string, name: string, overload: string): string {
  return `${ownDomain(domain)}\0${name}\0${overload}`;
}

function identity(from: string, to: string, prefix: string): ImportedNode {
  return {
    name: `${prefix}Identity_${to}`,
    opType: 'Identity',
    domain: '',
    opset: 14,
    inputs: [from],
    outputs: [to],
    attributes: new Map(),
  };
}
