import {
  type Arrays,
  BackendError,
  checkFeed,
  checkNoExtraFeeds,
  checkSteps,
  DYNAMIC,
  type Executable,
  type Lifetime,
  lifetime,
  type NDArray,
  type Node,
  type Program,
  programInputs,
  type State,
} from '@descent/core/backend';
import type { Lowered, LowerOptions } from './lower.ts';
import { type LoweredLoop, lowerLoop } from './lower-loop.ts';
import { printModel } from './model/print.ts';
import { toBytes } from './model/to-proto.ts';
import { createSession, type Ort, runSession, type SessionOptions } from './session.ts';
import type { Held, Tensors } from './state.ts';
import { toArray, toTensor } from './tensors.ts';

/** What an executable is made from. */
export interface Compiled {
  readonly program: Program;
  readonly lowered: Lowered;
  readonly session: Ort.InferenceSession;
  readonly runtime: typeof Ort;
  readonly lowerOptions: LowerOptions;
  readonly sessionOptions: SessionOptions;
  readonly states: WeakMap<State, Held>;
  readonly owner: Lifetime;
}

/** A session for the program, and one for many steps at once, which is opened when it is first needed. */
export function createExecutable(compiled: Compiled): Executable {
  const { program, lowered, session, runtime, states, owner } = compiled;
  const alive = lifetime('the executable', owner);
  const inputs = programInputs(program);
  const fed = new Map([...inputs].filter(([name]) => !program.reads.includes(name)));
  const read = [...inputs].filter(([name]) => program.reads.includes(name));
  const written = new Set(program.writes);
  let loop: Promise<{ readonly lowered: LoweredLoop; readonly session: Ort.InferenceSession }> | undefined;

  const openLoop = async (): Promise<{ readonly lowered: LoweredLoop; readonly session: Ort.InferenceSession }> => {
    const many = lowerLoop(program, compiled.lowerOptions);
    return { lowered: many, session: await createSession(runtime, toBytes(many.model), compiled.sessionOptions) };
  };

  /** Tensors for every graph input: those of the feeds and those of the state. */
  const collect = (feeds: Arrays, held: Held | undefined, steps?: number): Record<string, Ort.Tensor> => {
    const tensors: Record<string, Ort.Tensor> = {};
    for (const [name, n] of fed) {
      const array = feeds[name];
      if (array === undefined || !fits(array, n, steps)) checkFeed(name, array, n, steps);
      tensors[name] = toTensor(runtime, array as NDArray);
    }
    for (const [name, n] of read) {
      const tensor = held?.now.get(name);
      if (tensor === undefined || !fits({ dtype: tensor.type, shape: tensor.dims }, n)) {
        checkFeed(name, tensor === undefined ? undefined : toArray(tensor), n);
      }
      tensors[name] = tensor as Ort.Tensor;
    }
    return tensors;
  };

  /** Moves what is written to the state; returns the rest. */
  const settle = (
    results: Ort.InferenceSession.OnnxValueMapType,
    names: Lowered['outputs'],
    held: Held | undefined,
  ): Arrays => {
    const returned: Record<string, NDArray> = {};
    const next = new Map<string, Ort.Tensor>(held?.now);
    for (const [name, onnxName] of names) {
      const tensor = results[onnxName] as Ort.Tensor;
      if (written.has(name)) next.set(name, tensor);
      else returned[name] = toArray(tensor);
    }
    if (held !== undefined && written.size > 0) {
      held.before = held.now;
      held.now = next as Tensors;
    }
    return returned;
  };

  return {
    async run(feeds, state) {
      alive.check();
      checkNoExtraFeeds(feeds, fed);
      return exclusively(heldBy(program, state, states), async (held) => {
        const results = await runSession(session, collect(feeds, held));
        return settle(results, lowered.outputs, held);
      });
    },

    async runSteps(steps, feeds, state) {
      alive.check();
      checkSteps(steps, feeds, fed);
      loop ??= openLoop();
      const many = await loop;
      return exclusively(heldBy(program, state, states), async (held) => {
        const tensors = collect(feeds, held, steps);
        tensors[many.lowered.steps] = new runtime.Tensor('int64', BigInt64Array.of(BigInt(steps)), []);
        const results = { ...(await runSession(many.session, tensors)) };
        // An entry that is written without being read is not carried from step to step: its last value counts.
        for (const name of program.writes) {
          const onnxName = many.lowered.outputs.get(name) as string;
          if (!inputs.has(name)) results[onnxName] = lastEntry(runtime, results[onnxName] as Ort.Tensor);
        }
        return settle(results, many.lowered.outputs, held);
      });
    },

    describe() {
      return [...lowered.notes.map((note) => `# ${note}`), printModel(toBytes(lowered.model))].join('\n');
    },

    dispose() {
      alive.end();
      void session.release();
      void loop?.then((many) => many.session.release(), ignore);
    },
  };
}

/** Runs `work` when nothing else runs with the same state. */
function exclusively<T>(held: Held | undefined, work: (held: Held | undefined) => Promise<T>): Promise<T> {
  if (held === undefined) return work(held);
  const result = held.idle.then(() => work(held));
  held.idle = result.then(ignore, ignore);
  return result;
}

function ignore(): void {}

/** A cheap form of `checkFeed`, which builds the text of an error. */
function fits(
  { dtype, shape }: { readonly dtype: string; readonly shape: readonly number[] },
  { type }: Node,
  steps?: number,
): boolean {
  const lead = steps === undefined ? 0 : 1;
  if (dtype !== type.dtype || shape.length !== type.shape.length + lead || (lead === 1 && shape[0] !== steps))
    return false;
  for (const [i, d] of type.shape.entries()) if (d !== DYNAMIC && d !== shape[i + lead]) return false;
  return true;
}

function heldBy({ reads }: Program, state: State | undefined, states: WeakMap<State, Held>): Held | undefined {
  if (reads.length === 0) return undefined;
  if (state === undefined) {
    throw new BackendError('the program reads a state, but none was given', {
      fix: 'pass one made by backend.state(…)',
    });
  }
  const held = states.get(state);
  if (held !== undefined) return held;
  throw new BackendError('the state belongs to another backend', {
    fix: 'make it with the state(…) of the backend that compiled the program',
  });
}

function lastEntry(runtime: typeof Ort, tensor: Ort.Tensor): Ort.Tensor {
  const { dtype, shape, data } = toArray(tensor);
  const size = data.length / (shape[0] as number);
  return toTensor(runtime, { dtype, shape: shape.slice(1), data: data.slice(data.length - size) });
}
