import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type DType, type NDArray, type Shape, sameShape } from '@descent/core/backend';
import { type Attr, type Attrs, dataType, shape as shapeAttr, type } from './attrs.ts';
import { type NodeDefSchema, SavedModelSchema } from './proto/tensorflow-pb.ts';

/** A value of a TensorFlow graph: the first output of a node. */
export interface Tensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

export interface NodeOptions {
  /** Unique; by default the name of the op and a number. */
  readonly name?: string;
  /** Nodes that have to run first. */
  readonly after?: readonly string[];
}

type NodeInit = MessageInitShape<typeof NodeDefSchema> & { readonly name: string };

/** Collects the nodes of a TensorFlow graph. */
export interface Writer {
  /** Adds a node. An equal one without a name of its own is not added twice. */
  op(op: string, inputs: readonly Tensor[], attrs: Attrs, result: Omit<Tensor, 'name'>, options?: NodeOptions): Tensor;
  /** A node without a first output, or whose output is a resource: returns its name. */
  node(op: string, inputs: readonly string[], attrs: Attrs, options?: NodeOptions): string;
  constant(array: NDArray): Tensor;
  ints(values: readonly number[]): Tensor;
  scalar(value: number, dtype: DType): Tensor;
  reshape(x: Tensor, shape: Shape): Tensor;
  cast(x: Tensor, dtype: DType): Tensor;
  readonly nodes: readonly NodeInit[];
}

/**
 * Ops that run one after the other. Each uses all cores by itself, and when two of one shape start at once, oneDNN (TensorFlow 2.21) now and
 * then gives one of them wrong numbers, from then on.
 */
const ONE_AT_A_TIME: ReadonlySet<string> = new Set([
  'AvgPool',
  'AvgPoolGrad',
  'BatchMatMulV2',
  'Conv2D',
  'Conv2DBackpropFilter',
  'Conv2DBackpropInput',
  'DepthwiseConv2dNative',
  'MatMul',
  'MaxPool',
  'MaxPoolGrad',
  'Softmax',
]);

export function createWriter(): Writer {
  const nodes: NodeInit[] = [];
  const known = new Map<string, string>();
  let last: string | undefined;

  const node: Writer['node'] = (op, inputs, attrs, { name, after = [] } = {}) => {
    const all = [...inputs, ...after.map((n) => `^${n}`)];
    const key = name === undefined && op !== 'Const' ? JSON.stringify([op, all, attrs], exact) : null;
    const same = key === null ? undefined : known.get(key);
    if (same !== undefined) return same;
    const own = name ?? `${op}_${nodes.length}`;
    if (ONE_AT_A_TIME.has(op)) {
      if (last !== undefined && !all.includes(last)) all.push(`^${last}`);
      last = own;
    }
    nodes.push({ name: own, op, input: all, attr: attrs as Record<string, Attr> });
    if (key !== null) known.set(key, own);
    return own;
  };

  const writer: Writer = {
    nodes,
    node,
    op(op, inputs, attrs, { dtype, shape }, options) {
      return {
        name: node(
          op,
          inputs.map((x) => x.name),
          attrs,
          options,
        ),
        dtype,
        shape,
      };
    },
    constant({ dtype, shape, data }) {
      const own = dtype === 'float64' ? 'float32' : dtype;
      const bytes = dtype === 'float64' ? Float32Array.from(data) : data;
      const key = data.length > 16 ? null : `Const ${own} [${shape.join()}] ${Array.from(data, exactNumber).join()}`;
      const name = (key === null ? undefined : known.get(key)) ?? constantNode(own, shape, bytes);
      if (key !== null) known.set(key, name);
      return { name, dtype: own, shape };
    },
    ints: (values) => writer.constant({ dtype: 'int32', shape: [values.length], data: Int32Array.from(values) }),
    scalar(value, dtype) {
      const data = dtype === 'float32' ? Float32Array.of(value) : bytesOf(value, dtype);
      return writer.constant({ dtype, shape: [], data });
    },
    reshape(x, shape) {
      if (sameShape(x.shape, shape)) return x;
      const attrs = { T: type(x.dtype), Tshape: type('int32') };
      return writer.op('Reshape', [x, writer.ints(shape)], attrs, { dtype: x.dtype, shape });
    },
    cast(x, dtype) {
      if (x.dtype === dtype) return x;
      return writer.op('Cast', [x], { SrcT: type(x.dtype), DstT: type(dtype) }, { dtype, shape: x.shape });
    },
  };
  return writer;

  function constantNode(dtype: DType, shape: Shape, data: NDArray['data']): string {
    const content = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const tensor = {
      dtype: dataType(dtype),
      tensorShape: { dim: shape.map((n) => ({ size: BigInt(n) })) },
      tensorContent: content.slice(),
    };
    const value: Attr = { value: { case: 'tensor', value: tensor } };
    return node('Const', [], { dtype: type(dtype), value });
  }
}

function bytesOf(value: number, dtype: DType): Int32Array | Uint8Array {
  return dtype === 'int32' ? Int32Array.of(value) : Uint8Array.of(value);
}

/** The whole file: one graph under the tag that loading asks for. */
export function savedModelBytes(nodes: Writer['nodes'], tag: string): Uint8Array {
  const model = create(SavedModelSchema, {
    savedModelSchemaVersion: 1n,
    metaGraphs: [
      {
        metaInfoDef: { tags: [tag] },
        // The graph version of TensorFlow 2.x at large; ops behave by it.
        graphDef: { node: [...nodes], versions: { producer: 1087, minConsumer: 12 } },
      },
    ],
  });
  return toBinary(SavedModelSchema, model);
}

function exact(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

function exactNumber(v: number): string {
  return Object.is(v, -0) ? '-0' : String(v);
}

/** The attribute of a placeholder or variable. */
export function typeAndShape(dtype: DType, shape: Shape): Attrs {
  return { dtype: type(dtype), shape: shapeAttr(shape) };
}
