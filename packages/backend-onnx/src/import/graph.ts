import type { ElementType, Known } from './known.ts';

/** The value of an attribute; integers of 64 bits as numbers. */
export type AttributeValue =
  | number
  | string
  | Known
  | ImportedGraph
  | readonly number[]
  | readonly string[]
  | readonly Known[]
  | readonly ImportedGraph[];

/** One operator of a file, plain and immutable. Functions have been put in place of their calls. */
export interface ImportedNode {
  /** For messages and for paths of layers: the file's name, or one made of the operator and its first output. */
  readonly name: string;
  readonly opType: string;
  /** The path of the module that it was exported from, where the exporter says so. */
  readonly scope?: string;
  /** `''` is ONNX's own. */
  readonly domain: string;
  /** The version of the operator set of its domain. */
  readonly opset: number;
  /** Names of values; `undefined` is an input that was left out. */
  readonly inputs: readonly (string | undefined)[];
  readonly outputs: readonly (string | undefined)[];
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  /** The element types that its values have in the file, where that can be told. */
  readonly types?: {
    readonly inputs: readonly (ElementType | undefined)[];
    readonly outputs: readonly (ElementType | undefined)[];
  };
}

/** A graph of operators: that of the file, or the body of a control flow operator, which sees the values around it. */
export interface ImportedGraph {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly ImportedNode[];
  /** Tensors of the file by name. */
  readonly initializers: ReadonlyMap<string, Known>;
  /** What the exporter says that they were in the module: PyTorch's newer one does. */
  readonly kinds?: ReadonlyMap<string, TensorKind>;
  /** Those of `initializers` that the file writes as `Constant` operators, and which do not look like weights. */
  readonly constants?: ReadonlySet<string>;
}

/** Of tensors in a file. */
export type TensorKind = 'parameter' | 'buffer';

export function isGraph(value: AttributeValue | undefined): value is ImportedGraph {
  return typeof value === 'object' && value !== null && 'nodes' in value;
}

/** The graphs that `node` holds. */
export function bodiesOf({ attributes }: ImportedNode): readonly ImportedGraph[] {
  return [...attributes.values()].flatMap((value): readonly ImportedGraph[] => {
    if (isGraph(value)) return [value];
    return Array.isArray(value) ? (value as readonly AttributeValue[]).filter(isGraph) : [];
  });
}

/** The values that the graphs in `node` use of those around it. */
export function capturedNames(node: ImportedNode): ReadonlySet<string> {
  const before = captured.get(node);
  if (before !== undefined) return before;
  const names = new Set<string>();
  for (const body of bodiesOf(node)) {
    const own = new Set([...body.inputs, ...body.initializers.keys(), ...body.nodes.flatMap((n) => n.outputs)]);
    const use = (name: string | undefined): void => {
      if (name !== undefined && !own.has(name)) names.add(name);
    };
    for (const inner of body.nodes) for (const name of [...inner.inputs, ...capturedNames(inner)]) use(name);
    body.outputs.forEach(use);
  }
  captured.set(node, names);
  return names;
}

const captured = new WeakMap<ImportedNode, ReadonlySet<string>>();

/** What a node is called in messages: `Conv 'features.0'`. */
export function nodeTitle({ opType, domain, name }: ImportedNode): string {
  return `${domain === '' ? '' : `${domain}.`}${opType} '${name}'`;
}
