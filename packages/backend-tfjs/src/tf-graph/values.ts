import type { NDArray, TensorType } from '@descent/core/backend';
import type { Binding } from './binding.ts';
import type { Session } from './session.ts';
import { download, downloadKept, upload } from './tensors.ts';
import type { Residence, TensorFlowGraph } from './translate.ts';

/** What a state entry is at one time: replaced as a whole, never changed. It lies on the host, in variables of a program, or both. */
export interface StateValue {
  readonly type: TensorType;
  /** A tensor of the binding, which this value owns. */
  host: number | undefined;
  /** The program whose variable holds it. */
  device: Program | undefined;
  /** Whether a state still refers to it. */
  live: boolean;
}

/** A graph in a session, and what its variables hold. */
export interface Program {
  readonly graph: TensorFlowGraph;
  readonly session: Session;
  readonly held: Map<string, StateValue>;
}

/** Moves values of states between the host and the variables of programs. */
export interface Values {
  fromArray(array: NDArray): StateValue;
  fromTensor(id: number, type: TensorType): StateValue;
  /** A value that a run has just left in a variable of `program`. */
  inVariable(program: Program, name: string, type: TensorType): StateValue;
  /** A tensor with the value, on the host. */
  hostTensor(value: StateValue): number;
  read(value: StateValue): NDArray;
  /** Makes the variables of `program` hold `wanted`. */
  place(program: Program, wanted: ReadonlyMap<string, StateValue>): void;
  /** Ends a value that its state has replaced. */
  drop(value: StateValue): void;
  /** Brings home what only `program` holds, before it goes. */
  evacuate(program: Program): void;
}

export function createValues(binding: Binding, residence: Residence): Values {
  const nameIn = (program: Program, value: StateValue): string => {
    for (const [name, held] of program.held) if (held === value) return name;
    throw new Error('unreachable: a value knows which program holds it');
  };

  /** Fetches a value from the variable that holds it. The caller owns the tensor. */
  const fetch = (value: StateValue): number => {
    const program = value.device as Program;
    const variable = program.graph.variables.get(nameIn(program, value));
    return program.session.run([variable?.get as string], new Map())[0] as number;
  };

  const bringHome = (value: StateValue): number => {
    // What is fed to a program lies on the host as int32, what is fetched has its own type.
    const id = fetch(value);
    try {
      const array = download(binding, id, value.type);
      value.host = upload(binding, array, residence, false);
      return value.host;
    } finally {
      binding.deleteTensor(id);
    }
  };

  const onlyIn = (program: Program, value: StateValue): boolean =>
    value.live && value.host === undefined && value.device === program;

  const overwritten = (program: Program, name: string): void => {
    const old = program.held.get(name);
    if (old === undefined) return;
    if (onlyIn(program, old)) bringHome(old);
    if (old.device === program) old.device = undefined;
    program.held.delete(name);
  };

  const values: Values = {
    fromArray: (array) => ({
      type: { dtype: array.dtype === 'float64' ? 'float32' : array.dtype, shape: array.shape },
      host: upload(binding, array, residence, true),
      device: undefined,
      live: true,
    }),
    fromTensor: (id, type) => ({ type, host: id, device: undefined, live: true }),
    inVariable(program, name, type) {
      const value: StateValue = { type, host: undefined, device: program, live: true };
      program.held.set(name, value);
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
    place(program, wanted) {
      const missing = [...wanted].filter(([name, value]) => program.held.get(name) !== value);
      if (missing.length === 0) return;
      const feeds = new Map<string, number>();
      const fetches: string[] = [];
      for (const [name, value] of missing) {
        const variable = program.graph.variables.get(name);
        if (variable === undefined) continue;
        overwritten(program, name);
        feeds.set(variable.feed, values.hostTensor(value));
        fetches.push(variable.set);
      }
      for (const id of program.session.run(fetches, feeds)) binding.deleteTensor(id);
      for (const [name, value] of missing) {
        program.held.set(name, value);
        value.device = program;
      }
    },
    drop(value) {
      value.live = false;
      if (value.host !== undefined) binding.deleteTensor(value.host);
      value.host = undefined;
      value.device = undefined;
    },
    evacuate(program) {
      for (const name of [...program.held.keys()]) overwritten(program, name);
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
