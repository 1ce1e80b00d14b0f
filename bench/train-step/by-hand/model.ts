// A writer of ONNX files that is just large enough for hand-made training steps; fields are numbered as in ONNX's onnx.proto.
type Field = Uint8Array;

const DTYPES = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof DTYPES;

/** A float attribute; plain numbers are integers. */
export interface Float {
  readonly float: number;
}
export type Attribute = number | Float | string | readonly number[];

/** A graph under construction; values are names. */
export class Model {
  readonly #graph: Field[] = [];
  #names = 0;

  input(name: string, dtype: ElementType, shape: readonly number[]): string {
    this.#graph.push(message(11, valueInfo(name, dtype, shape)));
    return name;
  }

  /** Gives `value` to the outside as `name`. */
  output(name: string, value: string, shape: readonly number[], dtype: ElementType = 'float32'): void {
    this.#graph.push(message(1, [text(1, value), text(2, name), text(4, 'Identity')]));
    this.#graph.push(message(12, valueInfo(name, dtype, shape)));
  }

  /** The (first) result of a node. */
  node(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain: string = '',
  ): string {
    const output = this.#name(type);
    this.#graph.push(
      message(1, [
        ...inputs.map((name) => text(1, name)),
        text(2, output),
        text(4, type),
        ...Object.entries(attributes).map(([name, value]) => message(5, attribute(name, value))),
        text(7, domain),
      ]),
    );
    return output;
  }

  constant(dtype: 'float32' | 'int32', shape: readonly number[], values: ArrayLike<number>): string {
    const data = dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values);
    return this.#tensor(dtype, shape, new Uint8Array(data.buffer));
  }

  float(value: number): string {
    return this.constant('float32', [], [value]);
  }

  /** A list of int64: a shape, axes. */
  ints(values: readonly number[]): string {
    return this.#tensor('int64', [values.length], new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer));
  }

  /** The bytes of the model file. */
  encode(): Uint8Array {
    const graph = [...this.#graph, text(2, 'step')];
    const opsets = [
      ['', 17],
      ['com.microsoft', 1],
      ['com.microsoft.nchwc', 1],
    ] as const;
    return concat([
      integer(1, 8),
      message(7, graph),
      ...opsets.map(([domain, version]) => message(8, [text(1, domain), integer(2, version)])),
    ]);
  }

  #tensor(dtype: ElementType, shape: readonly number[], bytes: Uint8Array): string {
    const name = this.#name('const');
    const dims = shape.map((d) => integer(1, d));
    this.#graph.push(message(5, [...dims, integer(2, DTYPES[dtype]), text(8, name), lengthDelimited(9, bytes)]));
    return name;
  }

  #name(stem: string): string {
    return `${stem}_${this.#names++}`;
  }
}

function valueInfo(name: string, dtype: ElementType, shape: readonly number[]): Field[] {
  const dims = shape.map((d) => message(1, [integer(1, d)]));
  return [text(1, name), message(2, [message(1, [integer(1, DTYPES[dtype]), message(2, dims)])])];
}

function attribute(name: string, value: Attribute): Field[] {
  if (typeof value === 'number') return [text(1, name), integer(3, value), integer(20, 2)];
  if (typeof value === 'string') return [text(1, name), text(4, value), integer(20, 3)];
  if ('float' in value) return [text(1, name), float(2, value.float), integer(20, 1)];
  return [text(1, name), ...value.map((v) => integer(8, v)), integer(20, 7)];
}

// Protocol buffers: each field is its number and kind, then a varint, four bytes, or a length and bytes.
function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function integer(field: number, value: number): Field {
  return concat([varint(field << 3), varint(value)]);
}

function float(field: number, value: number): Field {
  return concat([varint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer)]);
}

function lengthDelimited(field: number, bytes: Uint8Array): Field {
  return concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

function text(field: number, value: string): Field {
  return lengthDelimited(field, new TextEncoder().encode(value));
}

function message(field: number, fields: readonly Field[]): Field {
  return lengthDelimited(field, concat(fields));
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
