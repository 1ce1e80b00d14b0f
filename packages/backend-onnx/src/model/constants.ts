import type { OnnxModel } from './graph.ts';
import { toBytes } from './to-bytes.ts';
import type { Constant } from './value.ts';

/** Bytes of a model with what stands beside it: large constants, which are not copied into the bytes and may be larger than these can be. */
export interface ModelBytes {
  readonly bytes: Uint8Array;
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/** Constants of more bytes are handed over beside the model. */
export const LARGEST_INLINE: number = 2 ** 16;

/** What the `i`-th of them is called. */
export function placeBeside(i: number): string {
  return `in-memory-${i}`;
}

/** Turns inputs of `model` into constants of the same names. */
export function withConstants({ graph, opset }: OnnxModel, constants: ReadonlyMap<string, Constant>): OnnxModel {
  return {
    opset,
    graph: {
      ...graph,
      inputs: graph.inputs.filter(({ name }) => !constants.has(name)),
      constants: new Map([...constants, ...graph.constants]),
    },
  };
}

/** The bytes of a model for a session. Large constants share memory with the model's. */
export function sessionBytes(model: OnnxModel): ModelBytes {
  const large = [...model.graph.constants].filter(([, { data }]) => data.byteLength > LARGEST_INLINE);
  const places = new Map(large.map(([name], i) => [name, { location: placeBeside(i) }]));
  const externalData = large.map(([name, { data }]) => ({
    path: places.get(name)?.location as string,
    data: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  }));
  return { bytes: toBytes(model, {}, places), externalData };
}
