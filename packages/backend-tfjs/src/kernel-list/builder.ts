import { type Graph, type NDArray, numel, type Shape } from '@descent/core/backend';
import { type DeviceDType, deviceDType } from '../engines/engine.ts';
import type { Traits } from '../engines/traits.ts';
import { type Arranged, physicalShape, rowMajor } from './layout.ts';

/** A value while a graph is lowered: a slot of the list, the way to read it, and the type of its elements on the device. */
export interface Value extends Arranged {
  readonly slot: number;
  readonly dtype: DeviceDType;
}

/** An operand of a kernel: a slot seen in a shape. Views of one slot share its memory. */
export interface View {
  readonly slot: number;
  readonly shape: Shape;
  readonly dtype: DeviceDType;
}

/** One call of a kernel. */
export interface Instruction {
  readonly kernel: string;
  /** Names of the operands; `null` for a kernel that takes a list. */
  readonly names: readonly string[] | null;
  readonly inputs: readonly View[];
  readonly attrs: object;
  readonly output: View;
}

/** What lowerings build with. Everything is known at compile time: shapes, orders, and which operands are constant. */
export interface Builder {
  readonly traits: Traits;
  /** Appends a kernel call whose result lies row-major in `shape`; an equal call is not made twice. */
  emit(
    kernel: string,
    inputs: Readonly<Record<string, Value>> | readonly Value[],
    attrs: object,
    result: { readonly dtype: DeviceDType; readonly shape: Shape },
  ): Value;
  constant(array: NDArray): Value;
  /** A slot that is filled from outside, in row-major order. */
  placeholder(dtype: DeviceDType, shape: Shape): Value;
  /** The call that computes `x`, if any. */
  producer(x: Value): Instruction | undefined;
  /** The number that the constant `x` consists of, if it is one. */
  scalarOf(x: Value | View): number | undefined;
  /** The outputs of a graph that a node holds, from its inputs by name. */
  lower(body: Graph, inputs: ReadonlyMap<string, Value>): ReadonlyMap<string, Value>;
  /** What `make` gives at its first call with this `key`. */
  once<T>(key: object, make: () => T): T;
}

/** Lowers a graph with a builder. */
export type LowerBody = (body: Graph, inputs: ReadonlyMap<string, Value>, b: Builder) => ReadonlyMap<string, Value>;

/** A builder, and what it has built. */
export interface Building extends Builder {
  readonly instructions: readonly Instruction[];
  readonly constants: ReadonlyMap<number, NDArray>;
  readonly slotCount: number;
}

export function createBuilder(traits: Traits, lowerBody: LowerBody): Building {
  const instructions: Instruction[] = [];
  const constants = new Map<number, NDArray>();
  const producers = new Map<number, Instruction>();
  const known = new Map<string, Value>();
  const made = new Map<object, unknown>();
  let slots = 0;

  const newValue = (dtype: DeviceDType, shape: Shape): Value => ({
    slot: slots++,
    dtype,
    shape,
    order: rowMajor(shape.length),
  });

  const builder: Building = {
    traits,
    instructions,
    constants,
    get slotCount() {
      return slots;
    },
    emit(kernel, inputs, attrs, { dtype, shape }) {
      const names = Array.isArray(inputs) ? null : Object.keys(inputs);
      const views = Object.values(inputs as Readonly<Record<string, Value>>).map(viewOf);
      // Some read what lies behind instead.
      if (views.some((x) => numel(x.shape) === 0)) throw new Error(`bug: the kernel ${kernel} is given no elements`);
      const key = JSON.stringify([kernel, names, views, attrs, dtype, shape]);
      const same = known.get(key);
      if (same !== undefined) return same;
      const value = newValue(dtype, shape);
      const instruction = { kernel, names, inputs: views, attrs, output: viewOf(value) };
      instructions.push(instruction);
      producers.set(value.slot, instruction);
      known.set(key, value);
      return value;
    },
    constant(array) {
      const value = newValue(deviceDType(array.dtype), array.shape);
      constants.set(value.slot, array);
      return value;
    },
    placeholder: newValue,
    producer: ({ slot }) => producers.get(slot),
    scalarOf({ slot }) {
      const data = constants.get(slot)?.data;
      return data?.length === 1 ? data[0] : undefined;
    },
    lower: (body, inputs) => lowerBody(body, inputs, builder),
    once<T>(key: object, make: () => T): T {
      if (!made.has(key)) made.set(key, make());
      return made.get(key) as T;
    },
  };
  return builder;
}

function viewOf(x: Value): View {
  return { slot: x.slot, shape: physicalShape(x), dtype: x.dtype };
}

/** A constant of one element, or of `shape`, equal to `value` everywhere. */
export function filled(b: Builder, value: number, dtype: DeviceDType, shape: Shape = []): Value {
  if (numel(shape) === 1) return { ...b.constant(scalarArray(value, dtype)), shape, order: rowMajor(shape.length) };
  return b.emit('Fill', {}, { shape: [...shape], value, dtype }, { dtype, shape });
}

function scalarArray(value: number, dtype: DeviceDType): NDArray {
  const data =
    dtype === 'float32' ? Float32Array.of(value) : dtype === 'int32' ? Int32Array.of(value) : Uint8Array.of(value);
  return { dtype, shape: [], data };
}
