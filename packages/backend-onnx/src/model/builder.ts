import { BackendError, DYNAMIC, type NDArray, type Shape } from '@descent/core/backend';
import { type Attributes, type OnnxGraph, type OnnxNode, renamedNodes, type ValueInfo } from './graph.ts';
import { Names } from './names.ts';
import { DEFAULT_OPSET, expectOperator } from './opset.ts';
import type { Constant, ElementType, Value } from './value.ts';

/** Constants up to this many elements are compared by content, so that each is stored once. */
const LARGEST_SHARED_CONSTANT = 1024;

/** What a dynamic axis is called in a model. */
export const DYNAMIC_NAME = 'batch';

/** What a node computes: element type and shape of its result. */
export type ResultType = Pick<Value, 'dtype' | 'shape'>;

export interface BuilderOptions {
  /** Version of the operator set. */
  readonly opset?: number;
  /** Whether sums of very many numbers are taken in blocks, whose sizes follow from those of the tensors. Default true. */
  readonly sumsInBlocks?: boolean;
  /** What to compute in place of a node that a provider does not have; `null` where it has it. Default: every node is as it is. */
  readonly rewrite?: Rewriter;
}

export type Rewriter = (
  builder: GraphBuilder,
  type: string,
  inputs: readonly (Value | null)[],
  result: ResultType,
  attributes: Attributes,
) => Value | null;

/** The values, constants and nodes of a graph under construction. Equal nodes and equal small constants become one. */
export class GraphBuilder {
  readonly opset: number;
  readonly sumsInBlocks: boolean;
  readonly #rewrite: Rewriter | undefined;
  readonly #names: Names;
  readonly #types: Map<string, ResultType>;
  readonly #constants: Map<string, Constant>;
  readonly #nodes: OnnxNode[] = [];
  /** By what they make. */
  readonly #makers = new Map<string, OnnxNode>();
  readonly #known = new Map<string, readonly Value[]>();
  readonly #outer: GraphBuilder | undefined;
  #dynamic: Value | undefined;
  /** The layer that nodes from here on are a part of. */
  origin: string | undefined;

  /** New values get `names` that are free. With `outer`, it is the graph in a node of that one, and sees its values. */
  constructor(
    names: Names = new Names(),
    { opset = DEFAULT_OPSET, sumsInBlocks = true, rewrite }: BuilderOptions = {},
    outer?: GraphBuilder,
  ) {
    this.#names = names;
    this.opset = opset;
    this.sumsInBlocks = sumsInBlocks;
    this.#rewrite = rewrite;
    this.#outer = outer;
    this.origin = outer?.origin;
    this.#types = outer === undefined ? new Map() : outer.#types;
    this.#constants = outer === undefined ? new Map() : outer.#constants;
  }

  /** A builder for a graph that a node of this one holds, such as the body of a loop. It sees the values that there are; its constants are of this graph. */
  inner(): GraphBuilder {
    const { opset, sumsInBlocks } = this;
    const options = { opset, sumsInBlocks, ...(this.#rewrite !== undefined && { rewrite: this.#rewrite }) };
    return new GraphBuilder(this.#names, options, this);
  }

  /** A name that no value has yet. */
  freshName(stem: string): string {
    return this.#names.numbered(stem);
  }

  #find(key: string): readonly Value[] | undefined {
    const outer = this.#outer;
    return this.#known.get(key) ?? (outer === undefined ? undefined : outer.#find(key));
  }

  /** Element type and shape of each value that was declared or made. */
  get types(): ReadonlyMap<string, ResultType> {
    return this.#types;
  }

  /** Declares that `value` exists; a dynamic axis of it tells the batch size. */
  declare(value: Value): Value {
    if (value.shape.includes(DYNAMIC)) this.#dynamic ??= value;
    return this.#typed(value);
  }

  /** The result of a node with one output. `null` leaves out an optional input. */
  add(type: string, inputs: readonly (Value | null)[], result: ResultType, attributes: Attributes = {}): Value {
    const rewritten = this.#rewrite?.(this, type, inputs, result, attributes);
    return rewritten ?? (this.addMany(type, inputs, [result], attributes)[0] as Value);
  }

  /** The results of a node with several outputs. `null` leaves out an optional input. */
  addMany(
    type: string,
    inputs: readonly (Value | null)[],
    results: readonly ResultType[],
    attributes: Attributes = {},
  ): readonly Value[] {
    expectOperator(type, attributes, this.opset);
    const names = inputs.map((v) => v?.name ?? '');
    // Names in a body are its own: it is never the same as another. A MaxPool may have its second output or not.
    const key =
      'body' in attributes ? undefined : `${results.length} ${type}(${names.join()})${JSON.stringify(attributes)}`;
    const same = key === undefined ? undefined : this.#find(key);
    if (same !== undefined) return same;
    const values = results.map((result) => this.#new(type.toLowerCase(), result));
    if (key !== undefined) this.#known.set(key, values);
    const made = { type, inputs: names, outputs: values.map((v) => v.name), attributes, origin: this.origin };
    this.#nodes.push(made);
    for (const output of made.outputs) this.#makers.set(output, made);
    return values;
  }

  constant({ dtype, shape, data }: Constant | NDArray): Value {
    if (this.#outer !== undefined) return this.#outer.constant({ dtype, shape, data } as Constant | NDArray);
    if (dtype === 'float64')
      return this.constant({ dtype: 'float32', shape, data: Float32Array.from(data as ArrayLike<number>) });
    const key = data.length > LARGEST_SHARED_CONSTANT ? undefined : constantKey({ dtype, shape, data });
    const [same] = (key === undefined ? undefined : this.#known.get(key)) ?? [];
    if (same !== undefined) return same;
    const value = this.#new('const', { dtype, shape });
    if (key !== undefined) this.#known.set(key, [value]);
    this.#constants.set(value.name, { dtype, shape, data });
    return value;
  }

  /** A number as a constant of rank 0. */
  scalar(value: number, dtype: ElementType = 'float32'): Value {
    return this.constant({ dtype, shape: [], data: typedArray(dtype, [value]) });
  }

  /** A list as an int64 vector: a shape, axes, indices. */
  ints(values: readonly number[]): Value {
    return this.constant({ dtype: 'int64', shape: [values.length], data: typedArray('int64', values) });
  }

  /** The numbers of a constant; `null` for other values. */
  numbersOf({ name }: Value): number[] | null {
    const constant = this.#constants.get(name);
    return constant === undefined ? null : Array.from(constant.data, Number);
  }

  /** What a node of this graph made before it became `value` by a reshape; `undefined` for other values. */
  reshaped({ name }: Value): Value | undefined {
    const last = this.#makers.get(name);
    const source = last?.type === 'Reshape' ? (last.inputs[0] as string) : undefined;
    if (source === undefined || !this.#makers.has(source)) return undefined;
    return { name: source, ...(this.#types.get(source) as ResultType) };
  }

  /** `shape` as an int64 vector; a dynamic size is looked up when the graph runs. */
  dims(shape: Shape): Value {
    if (!shape.includes(DYNAMIC)) return this.ints(shape);
    const parts = shape.map((d) => (d === DYNAMIC ? this.#batch() : this.ints([d])));
    return parts.length === 1
      ? (parts[0] as Value)
      : this.add('Concat', parts, { dtype: 'int64', shape: [parts.length] }, { axis: 0 });
  }

  /** Whether a value was declared that tells the size of the dynamic axis. */
  get knowsBatch(): boolean {
    return this.#dynamic !== undefined || this.#outer?.knowsBatch === true;
  }

  /** The size of the dynamic axis, as an int64 vector of one element. All dynamic axes of a graph have the same size. */
  #batch(): Value {
    const outer = this.#outer;
    if (outer?.knowsBatch === true) return outer.#batch();
    const source = this.#dynamic;
    if (source === undefined) {
      throw new BackendError('the size of the dynamic axis is unknown', {
        received: 'a graph without an input that has one',
        fix: 'let a value of that size depend on an input, or give it a fixed size',
      });
    }
    return this.size(source, source.shape.indexOf(DYNAMIC));
  }

  /** The size of one axis, as an int64 vector of one element. */
  size(x: Value, axis: number): Value {
    const one = { dtype: 'int64', shape: [1] } as const;
    if (this.opset >= 15) return this.add('Shape', [x], one, { start: axis, end: axis + 1 });
    const shape = this.add('Shape', [x], { dtype: 'int64', shape: [x.shape.length] });
    return this.add('Gather', [shape, this.ints([axis])], one, { axis: 0 });
  }

  #new(stem: string, { dtype, shape }: ResultType): Value {
    return this.#typed({ name: this.#names.numbered(stem), dtype, shape });
  }

  #typed(value: Value): Value {
    this.#types.set(value.name, value);
    return value;
  }

  /** A provider that lacks some nodes lacks `Identity` for some types, too, but reshapes them all. */
  #copy({ name, shape }: Value, output: string): OnnxNode {
    const isKnown = this.#rewrite === undefined;
    const inputs = isKnown ? [name] : [name, this.ints(shape).name];
    // What a loop hands on is a part of the loop.
    const origin = this.#outer === undefined ? undefined : this.origin;
    return { type: isKnown ? 'Identity' : 'Reshape', inputs, outputs: [output], attributes: {}, origin };
  }

  /** The finished graph. `outputs` get exactly the names given, which must be distinct. */
  finish(name: string, inputs: readonly Value[], outputs: ReadonlyMap<string, Value>): OnnxGraph {
    const made = new Set(this.#nodes.flatMap((n) => n.outputs));
    const renamed = new Map<string, string>();
    const copies: OnnxNode[] = [];
    for (const [output, { dtype, shape }] of outputs) this.#types.set(output, { dtype, shape });
    for (const [output, value] of outputs) {
      if (made.has(value.name) && !renamed.has(value.name)) renamed.set(value.name, output);
      else copies.push(this.#copy(value, output));
    }
    const nodes = renamedNodes([...this.#nodes, ...copies], (n) => renamed.get(n) ?? n);
    return {
      name,
      inputs: inputs.map((value) => valueInfo(value.name, value)),
      outputs: [...outputs].map(([output, value]) => valueInfo(output, value)),
      constants: this.#outer === undefined ? this.#constants : new Map(),
      nodes,
    };
  }
}

function valueInfo(name: string, { dtype, shape }: Value): ValueInfo {
  return { name, dtype, shape: shape.map((d) => (d === DYNAMIC ? DYNAMIC_NAME : d)) };
}

function constantKey({ dtype, shape, data }: Constant): string {
  return `${dtype}[${shape.join()}]:${Array.from(data, (v) => (Object.is(v, -0) ? '-0' : v)).join()}`;
}

function typedArray(dtype: ElementType, values: readonly number[]): Constant['data'] {
  switch (dtype) {
    case 'float32':
      return Float32Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'int64':
      return BigInt64Array.from(values.map((v) => BigInt(v)));
    default:
      return Uint8Array.from(values);
  }
}
