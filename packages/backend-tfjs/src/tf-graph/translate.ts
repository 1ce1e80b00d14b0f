import { BackendError, type DType, numel, type Program, type TensorType } from '@descent/core/backend';
import type { Instruction, View } from '../kernel-list/builder.ts';
import type { KernelList } from '../kernel-list/kernel-list.ts';
import { text, type } from './attrs.ts';
import { convOps } from './ops/conv.ts';
import { elementwiseOps } from './ops/elementwise.ts';
import { productOps } from './ops/products.ts';
import { reduceOps } from './ops/reduce.ts';
import { shapeOps } from './ops/shape.ts';
import type { Translate } from './ops/types.ts';
import { createWriter, type Tensor, typeAndShape, type Writer } from './writer.ts';

const TRANSLATIONS: Readonly<Record<string, Translate>> = {
  ...elementwiseOps,
  ...reduceOps,
  ...shapeOps,
  ...productOps,
  ...convOps,
};

/**
 * Where a program's state lives. `'host'`: the state is fed and fetched, which on a CPU passes pointers. `'device'`: in variables of the
 * graph, and what is fed travels as int32, which TensorFlow.js does not send to a GPU and back before a graph is run.
 */
export type Residence = 'host' | 'device';

/** A state entry that lives in a variable, and what sets and gets it. */
export interface Variable {
  readonly handle: string;
  /** Placeholder for a new value; fetching `set` stores it. */
  readonly feed: string;
  readonly set: string;
  readonly get: string;
  readonly type: TensorType;
}

/** A program as a TensorFlow graph, and the names of its nodes. */
export interface TensorFlowGraph {
  readonly nodes: Writer['nodes'];
  /** Placeholders by the name of the graph input; those that nothing reads are left out. */
  readonly feeds: ReadonlyMap<string, string>;
  /** Nodes to fetch for what a run returns, and for `'host'` what it writes. */
  readonly fetches: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, Variable>;
  /** Outputs that go to the state. */
  readonly writes: ReadonlySet<string>;
  /** Of all outputs. */
  readonly types: ReadonlyMap<string, TensorType>;
  /** A node to fetch so that the graph runs when there is nothing else to fetch. */
  readonly done: string;
}

/** Writes the kernel list of `program` as a TensorFlow graph. */
export function translate(
  list: KernelList,
  program: Pick<Program, 'reads' | 'writes'>,
  residence: Residence,
): TensorFlowGraph {
  const g = createWriter();
  const slots = new Map<number, Tensor>();
  const producers = new Map<number, Instruction>();
  const feeds = new Map<string, string>();
  const variables = new Map<string, Variable>();
  const reads: string[] = [];
  const inVariables = new Set(residence === 'device' ? program.reads : []);

  for (const [slot, array] of list.constants) slots.set(slot, g.constant(array));
  for (const [name, { slot, type: own }] of list.inputs) {
    const index = feeds.size + variables.size;
    if (inVariables.has(name)) {
      const { value, variable } = addVariable(g, `var${index}`, own);
      variables.set(name, variable);
      reads.push(value.name);
      slots.set(slot, value);
    } else if (!list.unread.has(slot)) {
      const node = `in${index}`;
      feeds.set(name, node);
      slots.set(slot, placeholder(g, node, own, residence));
    }
  }

  /** A slot as a kernel sees it; uint8 only where nothing computes with it. */
  const tensor = (view: View): Tensor => g.reshape(g.cast(slots.get(view.slot) as Tensor, view.dtype), view.shape);
  const moved = (view: View): Tensor => g.reshape(slots.get(view.slot) as Tensor, view.shape);
  const producer = (view: View): Instruction | undefined => producers.get(view.slot);
  for (const i of [...list.setup, ...list.steps]) {
    const translation = TRANSLATIONS[i.kernel];
    if (translation === undefined) {
      throw new BackendError(`the TensorFlow graph has no translation for the kernel ${i.kernel}`, {
        fix: 'this is a bug in @descent/backend-tfjs: please report it',
      });
    }
    // Rows of pixels are picked before they become floats: the data set may be large.
    // Of what its gradient calls input, average pooling reads only the shape.
    const views = i.kernel === 'AvgPoolGrad' ? i.inputs.slice(0, 1) : i.inputs;
    const inputs = views.map(i.kernel === 'GatherV2' ? moved : tensor);
    slots.set(
      i.output.slot,
      translation(g, { inputs, views: i.inputs, attrs: i.attrs, output: i.output, producer, tensor }),
    );
    producers.set(i.output.slot, i);
  }

  const results = new Map<string, Tensor>();
  const writes = new Set(program.writes);
  const assigned: string[] = [];
  for (const [name, { slot, type: own }] of list.outputs) {
    const value = g.reshape(slots.get(slot) as Tensor, own.shape);
    const variable = writes.has(name) ? variables.get(name) : undefined;
    if (variable === undefined) results.set(name, g.cast(value, fetchedAs(own.dtype, writes.has(name))));
    else {
      // Every read sees what was there before the run.
      const options = { name: `write${assigned.length}`, after: reads };
      const stored = g.cast(value, own.dtype);
      assigned.push(g.node('AssignVariableOp', [variable.handle, stored.name], { dtype: type(own.dtype) }, options));
    }
  }
  const fetches = new Map<string, string>();
  for (const [name, x] of results) {
    const node = `out${fetches.size}`;
    g.op('Identity', [x], { T: type(x.dtype) }, x, { name: node, after: assigned });
    fetches.set(name, node);
  }
  const nothing = g.scalar(0, 'int32');
  const done = g.op('Identity', [nothing], { T: type('int32') }, nothing, { name: 'done', after: assigned }).name;
  const types = new Map([...list.outputs].map(([name, output]) => [name, output.type]));
  return { nodes: g.nodes, feeds, fetches, variables, writes, types, done };
}

/** TensorFlow.js cannot read uint8 tensors; what stays in a state is not read. */
function fetchedAs(dtype: DType, stays: boolean): DType {
  return dtype === 'uint8' && !stays ? 'int32' : dtype;
}

/** How an array travels into a graph whose state is on the device: as int32 elements of the same bytes. */
export function wordsOf({ dtype, shape }: TensorType): number {
  const size = numel(shape);
  return dtype === 'float32' || dtype === 'int32' ? size : Math.ceil(size / 4);
}

function placeholder(g: Writer, name: string, own: TensorType, residence: Residence): Tensor {
  if (residence === 'host') return g.op('Placeholder', [], typeAndShape(own.dtype, own.shape), own, { name });
  const words: TensorType = { dtype: 'int32', shape: [wordsOf(own)] };
  const fed = g.op('Placeholder', [], typeAndShape('int32', words.shape), words, { name });
  if (own.dtype === 'int32') return g.reshape(fed, own.shape);
  const to = own.dtype === 'float32' ? 'float32' : 'uint8';
  const bits = { dtype: to, shape: to === 'float32' ? words.shape : [...words.shape, 4] } as const;
  const cast = g.op('Bitcast', [fed], { T: type('int32'), type: type(to) }, bits);
  if (to === 'float32') return g.reshape(cast, own.shape);
  const flat = g.reshape(cast, [4 * wordsOf(own)]);
  const size = [numel(own.shape)];
  const sizes = { T: type('uint8'), Index: type('int32') };
  const bytes = g.op('Slice', [flat, g.ints([0]), g.ints(size)], sizes, { dtype: 'uint8', shape: size });
  return g.reshape(g.cast(bytes, own.dtype), own.shape);
}

function addVariable(
  g: Writer,
  name: string,
  own: TensorType,
): { readonly value: Tensor; readonly variable: Variable } {
  const { dtype, shape } = own;
  // Without a name of their own, TensorFlow takes variables of one type for the same.
  const handle = g.node('VarHandleOp', [], { ...typeAndShape(dtype, shape), shared_name: text(name) }, { name });
  const read = (as: string): Tensor =>
    g.op('ReadVariableOp', [{ ...own, name: handle }], { dtype: type(dtype) }, own, { name: as });
  const given = placeholder(g, `${name}_feed`, own, 'device');
  // The variable must not share memory with what was fed: that belongs to JavaScript, whose thread alone may let go of it.
  const copy = g.op('DeepCopy', [given], { T: type(dtype) }, given);
  const stored = g.node('AssignVariableOp', [handle, copy.name], { dtype: type(dtype) }, { name: `${name}_assign` });
  const nothing = g.scalar(0, 'int32');
  const set = g.op('Identity', [nothing], { T: type('int32') }, nothing, { name: `${name}_set`, after: [stored] }).name;
  const out = g.cast(read(`${name}_peek`), fetchedAs(dtype, false));
  const get = g.op('Identity', [out], { T: type(out.dtype) }, out, { name: `${name}_get` }).name;
  return { value: read(`${name}_read`), variable: { handle, feed: `${name}_feed`, set, get, type: own } };
}
