import type { NDArray, TensorType } from '@descent/core/backend';
import type { Binding } from './binding.ts';
import type { Session } from './session.ts';
import { download, downloadKept, upload } from './tensors.ts';
import type { Residence, TensorFlowGraph } from './translate.ts';

/** What a state entry is at one time: replaced as a whole, never changed. It lies on the host, in a variable of a graph, or both. */
export interface StateValue {
  readonly type: TensorType;
  /** A tensor of the binding, which this value owns. */
  host: number | undefined;
  /** The graph whose variable holds it. */
  device: LoadedGraph | undefined;
  /** Whether a state still refers to it. */
  live: boolean;
}

/** A graph in a session, and what its variables hold. */
export interface LoadedGraph {
  readonly graph: TensorFlowGraph;
  readonly session: Session;
  readonly held: Map<string, StateValue>;
}

/** Moves values of states between the host and the variables of graphs. */
export interface Values {
  fromArray(array: NDArray): StateValue;
  fromTensor(id: number, type: TensorType): StateValue;
  /** A value that a run has just left in a variable of `loaded`. */
  inVariable(loaded: LoadedGraph, name: string, type: TensorType): StateValue;
  /** A tensor with the value, on the host. */
  hostTensor(value: StateValue): number;
  read(value: StateValue): NDArray;
  /** Makes the variables of `loaded` hold `wanted`. */
  place(loaded: LoadedGraph, wanted: ReadonlyMap<string, StateValue>): void;
  /** Ends a value that its state has replaced. */
  drop(value: StateValue): void;
  /** Brings home what only `loaded` holds, before it goes. */
  evacuate(loaded: LoadedGraph): void;
}

export function createValues(binding: Binding, residence: Residence): Values {
  const nameIn = (loaded: LoadedGraph, value: StateValue): string => {
    for (const [name, held] of loaded.held) if (held === value) return name;
    throw new Error('unreachable: a value knows which graph holds it');
  };

  /** Fetches a value from the variable that holds it. The caller owns the tensor. */
  const fetch = (value: StateValue): number => {
    const loaded = value.device as LoadedGraph;
    const variable = loaded.graph.variables.get(nameIn(loaded, value));
    return loaded.session.run([variable?.get as string], new Map())[0] as number;
  };

  const bringHome = (value: StateValue): number => {
    // What is fed to a graph lies on the host as int32, what is fetched has its own type.
    const id = fetch(value);
    try {
      const array = download(binding, id, value.type);
      value.host = upload(binding, array, residence, false);
      return value.host;
    } finally {
      binding.deleteTensor(id);
    }
  };

  const onlyIn = (loaded: LoadedGraph, value: StateValue): boolean =>
    value.live && value.host === undefined && value.device === loaded;

  const overwritten = (loaded: LoadedGraph, name: string): void => {
    const old = loaded.held.get(name);
    if (old === undefined) return;
    if (onlyIn(loaded, old)) bringHome(old);
    if (old.device === loaded) old.device = undefined;
    loaded.held.delete(name);
  };

  const values: Values = {
    fromArray: (array) => ({
      type: { dtype: array.dtype === 'float64' ? 'float32' : array.dtype, shape: array.shape },
      host: upload(binding, array, residence, true),
      device: undefined,
      live: true,
    }),
    fromTensor: (id, type) => ({ type, host: id, device: undefined, live: true }),
    inVariable(loaded, name, type) {
      const value: StateValue = { type, host: undefined, device: loaded, live: true };
      loaded.held.set(name, value);
      return value;
    },
    hostTensor: (value) => value.host ?? bringHome(value),
    read(value) {
      if (residence === 'host') return downloadKept(binding, values.hostTensor(value), value.type);
      if (value.device === undefined) return fromWords(binding.tensorDataSync(value.host as number), value.type);
      const id = fetch(value);
      try {
        return download(binding, id, value.type);
      } finally {
        binding.deleteTensor(id);
      }
    },
    place(loaded, wanted) {
      const missing = [...wanted].filter(([name, value]) => loaded.held.get(name) !== value);
      if (missing.length === 0) return;
      const feeds = new Map<string, number>();
      const fetches: string[] = [];
      for (const [name, value] of missing) {
        const variable = loaded.graph.variables.get(name);
        if (variable === undefined) continue;
        overwritten(loaded, name);
        feeds.set(variable.feed, values.hostTensor(value));
        fetches.push(variable.set);
      }
      for (const id of loaded.session.run(fetches, feeds)) binding.deleteTensor(id);
      for (const [name, value] of missing) {
        loaded.held.set(name, value);
        value.device = loaded;
      }
    },
    drop(value) {
      value.live = false;
      if (value.host !== undefined) binding.deleteTensor(value.host);
      value.host = undefined;
      value.device = undefined;
    },
    evacuate(loaded) {
      for (const name of [...loaded.held.keys()]) overwritten(loaded, name);
    },
  };
  return values;
}

/** The inverse of how arrays travel to variables. */
function fromWords(words: ArrayBufferView, { dtype, shape }: TensorType): NDArray {
  const size = shape.reduce((n, d) => n * d, 1);
  const { buffer } = words;
  if (dtype === 'float32') return { dtype, shape, data: new Float32Array(buffer, 0, size) } as NDArray;
  if (dtype === 'int32') return { dtype, shape, data: new Int32Array(buffer, 0, size) } as NDArray;
  return { dtype, shape, data: new Uint8Array(buffer, 0, size) } as NDArray;
}
