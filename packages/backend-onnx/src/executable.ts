import {
  type Arrays,
  checkFeed,
  checkNoExtraFeeds,
  checkSteps,
  DYNAMIC,
  type Executable,
  type Lifetime,
  lifetime,
  lookUpState,
  type NDArray,
  type State,
  type TensorType,
} from '@descent/core/backend';
import { freeTensors } from './free.ts';
import { printModel } from './model/print.ts';
import type { LoopPlan, Plan } from './plan.ts';
import { createSession, type Ort, runSession, type SessionOptions } from './session.ts';
import type { Held, Tensors } from './state.ts';
import { toArray, toTensor } from './tensors.ts';

/** What an executable is made from. */
export interface ExecutableParts {
  readonly plan: Plan;
  /** Called when several steps are run at once for the first time. */
  readonly loopPlan: () => LoopPlan;
  readonly session: Ort.InferenceSession;
  readonly runtime: typeof Ort;
  readonly sessionOptions: SessionOptions;
  readonly states: WeakMap<State, Held>;
  readonly owner: Lifetime;
}

interface Loop {
  readonly plan: LoopPlan;
  readonly session: Ort.InferenceSession;
}

/** A session for the program, and one for many steps at once, which is opened when it is first needed. */
export function createExecutable(compiled: ExecutableParts): Executable {
  const { plan, session, runtime, states, owner } = compiled;
  const alive = lifetime('the executable', owner);
  const inputs = new Map([...plan.inputs].map(([name, type]) => [name, { type }]));
  const reads = new Set(plan.reads);
  const fed = new Map([...inputs].filter(([name]) => !reads.has(name)));
  const read = [...inputs].filter(([name]) => reads.has(name));
  const written = new Set(plan.writes);
  let loop: Promise<Loop> | undefined;

  const openLoop = async (): Promise<Loop> => {
    const loopPlan = compiled.loopPlan();
    return {
      plan: loopPlan,
      session: await createSession(runtime, loopPlan.bytes, { ...compiled.sessionOptions, level: loopPlan.level }),
    };
  };

  /** Tensors for every graph input: those of the feeds and those of the state. */
  const collect = (feeds: Arrays, held: Held | undefined, steps?: number): Record<string, Ort.Tensor> => {
    const tensors: Record<string, Ort.Tensor> = {};
    for (const [name, n] of fed) {
      const array = feeds[name];
      if (array === undefined || array.dtype === 'bool' || !fits(array, n, steps)) checkFeed(name, array, n, steps);
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
    names: Plan['outputs'],
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
      const old = held.before;
      held.before = held.now;
      held.now = next as Tensors;
      freeTensors(old, held.before, held.now);
    }
    return returned;
  };

  return {
    async run(feeds, state) {
      alive.check();
      checkNoExtraFeeds(feeds, fed);
      return exclusively(heldBy(plan, state, states), async (held) => {
        const results = await runSession(session, collect(feeds, held));
        return settle(results, plan.outputs, held);
      });
    },

    async runSteps(steps, feeds, state) {
      alive.check();
      checkSteps(steps, feeds, fed);
      loop ??= openLoop();
      const many = await loop;
      return exclusively(heldBy(plan, state, states), async (held) => {
        const tensors = collect(feeds, held, steps);
        tensors[many.plan.steps] = new runtime.Tensor('int64', BigInt64Array.of(BigInt(steps)), []);
        const results = { ...(await runSession(many.session, tensors)) };
        // An entry that is written without being read is not carried from step to step: its last value counts.
        for (const name of plan.writes) {
          const onnxName = many.plan.outputs.get(name) as string;
          if (!inputs.has(name)) results[onnxName] = lastEntry(runtime, results[onnxName] as Ort.Tensor);
        }
        return settle(results, many.plan.outputs, held);
      });
    },

    describe() {
      return describePlan(plan);
    },

    dispose() {
      alive.end();
      // A second time they are gone already.
      session.release().catch(ignore);
      loop?.then((many) => many.session.release()).catch(ignore);
    },
  };
}

/** The choices made and the model, as text. */
export function describePlan({ notes, bytes }: Plan): string {
  return [...notes.map((note) => `# ${note}`), printModel(bytes)].join('\n');
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
  { type }: { readonly type: TensorType },
  steps?: number,
): boolean {
  const lead = steps === undefined ? 0 : 1;
  if (dtype !== type.dtype || shape.length !== type.shape.length + lead || (lead === 1 && shape[0] !== steps))
    return false;
  for (const [i, d] of type.shape.entries()) if (d !== DYNAMIC && d !== shape[i + lead]) return false;
  return true;
}

function heldBy({ reads }: Plan, state: State | undefined, states: WeakMap<State, Held>): Held | undefined {
  return reads.length === 0 ? undefined : lookUpState(states, state);
}

function lastEntry(runtime: typeof Ort, tensor: Ort.Tensor): Ort.Tensor {
  const { dtype, shape, data } = toArray(tensor);
  const size = data.length / (shape[0] as number);
  return toTensor(runtime, { dtype, shape: shape.slice(1), data: data.slice(data.length - size) });
}
