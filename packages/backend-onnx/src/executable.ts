import {
  type Arrays,
  allocate,
  type CompiledProgram,
  type NDArray,
  numel,
  stepOf,
  type TensorType,
} from '@descent/core/backend';
import type { Memory } from './device/memory.ts';
import type { Offering } from './device/offering.ts';
import { toArray, toTensor } from './device/tensors.ts';
import { type Kind, type Opened, openedSessions, type SessionParts } from './opened-sessions.ts';
import type { LazyPlans, OpenedPlan } from './plan.ts';
import type { Ort } from './runtime/runtime.ts';
import type { Held } from './state.ts';

/** What an executable is made from. */
export interface ExecutableParts extends SessionParts {
  /** Where the session writes its results into arrays that are offered: how to run it. */
  readonly offering?: Offering;
  /** Opens a session whose results all stay on the device, for many steps; only for devices that make them in so many runs. */
  readonly openAhead?: () => Promise<Ort.InferenceSession>;
}

/** A session for the program, and another for many steps at once, which is opened when it is first needed. */
export function createExecutable(compiled: ExecutableParts): CompiledProgram<Held> {
  const { plan, lazy, device, offering, openAhead } = compiled;
  const { ort, traits, memory } = device;
  const { inputs } = plan;
  const reads = new Set(plan.reads);
  const fed = [...inputs.keys()].filter((name) => !reads.has(name));
  const read = [...inputs].filter(([name]) => reads.has(name));
  const written = new Set(plan.writes);
  const sessions = openedSessions(compiled);
  let ahead: Promise<Ort.InferenceSession> | undefined;

  /** Tensors for every graph input: those of the feeds and those of the state. */
  const collect = (feeds: Arrays, held: Held | undefined, step = 0, constants = NONE): Record<string, Ort.Tensor> => {
    const tensors: Record<string, Ort.Tensor> = {};
    for (const name of fed) tensors[name] = toTensor(ort, feeds[name] as NDArray);
    for (const [name, type] of read) {
      const value = (held as Held).entries.valueFor(name, { type });
      if (!constants.has(name)) tensors[name] = value;
    }
    if (written.size > 0 && step === 0) held?.entries.forget();
    return tensors;
  };

  const using = <T>(kind: Kind, held: Held | undefined, work: (opened: Opened) => Promise<T>): Promise<T> =>
    exclusively(held, () => sessions.use(kind, held, work));

  const typesOf = (isWritten: boolean): ReadonlyMap<string, TensorType> =>
    new Map(
      [...plan.outputs].flatMap(([name, onnxName]) =>
        written.has(name) === isWritten ? [[onnxName, plan.types.get(onnxName) as TensorType] as const] : [],
      ),
    );
  const [writtenTypes, returnedTypes] = [typesOf(true), typesOf(false)];

  /** A run into memory that the state has no more use for, and into new memory for what is returned. */
  const runInto = async (
    { run }: Offering,
    session: Ort.InferenceSession,
    tensors: Record<string, Ort.Tensor>,
    { pool }: Held,
  ): Promise<Record<string, Ort.Tensor>> => {
    const taken = pool.take(writtenTypes);
    const results = { ...taken, ...fresh(ort, returnedTypes) };
    try {
      await run(session, tensors, results);
    } catch (error) {
      for (const tensor of Object.values(taken)) pool.give(tensor);
      throw error;
    }
    return results;
  };

  /** Moves what is written to the state; returns the rest. */
  const settle = (
    results: Ort.InferenceSession.OnnxValueMapType,
    { outputs, views }: Pick<OpenedPlan, 'outputs' | 'views'>,
    held: Held | undefined,
    step = 0,
  ): ReadonlyMap<string, Ort.Tensor> => {
    const returned = new Map<string, Ort.Tensor>();
    const next = new Map<string, Ort.Tensor>();
    for (const [name, onnxName] of outputs) {
      const [result, shape] = [results[onnxName] as Ort.Tensor, views.get(name)];
      (written.has(name) ? next : returned).set(name, shape === undefined ? result : result.reshape(shape));
    }
    if (written.size > 0) held?.entries.replace(next, step === 0);
    return returned;
  };

  const runLoop = (steps: number, feeds: Arrays, held: Held | undefined): Promise<Arrays> =>
    using('loop', held, async (many) => {
      const tensors = collect(feeds, held, 0, many.constants);
      tensors[many.steps as string] = new ort.Tensor('int64', BigInt64Array.of(BigInt(steps)), []);
      const results = { ...(await device.run(many.session, tensors)) };
      // An entry that is written without being read is not carried from step to step: its last value counts.
      for (const name of plan.writes) {
        const onnxName = many.outputs.get(name) as string;
        if (!inputs.has(name)) results[onnxName] = lastEntry(ort, results[onnxName] as Ort.Tensor);
      }
      return arraysOf(settle(results, many, held));
    });

  /** As many runs. A result that is read makes the device finish what it was given, so that all are read when all runs are under way. */
  const runAhead = async (steps: number, feeds: Arrays, held: Held | undefined): Promise<Arrays> => {
    ahead ??= openAhead?.();
    const resident = (await ahead) as Ort.InferenceSession;
    return exclusively(held, async () => {
      const results: ReadonlyMap<string, Ort.Tensor>[] = [];
      try {
        for (let i = 0; i < steps; i++) {
          const outputs = await device.run(resident, collect(stepOf(feeds, i), held, i));
          results.push(settle(outputs, plan, held, i));
        }
        return await stacked(results, memory);
      } finally {
        for (const result of results) for (const tensor of result.values()) memory.free(tensor);
      }
    });
  };

  /** A run without a state: a predictor makes one for each sample of a server. */
  const ask = async (feeds: Arrays): Promise<Arrays> => {
    const results = await device.run(compiled.session, collect(feeds, undefined));
    const arrays: Record<string, NDArray> = {};
    for (const [name, onnxName] of plan.outputs) arrays[name] = toArray(results[onnxName] as Ort.Tensor);
    return arrays;
  };

  const step = (feeds: Arrays, held: Held | undefined, step: number): Promise<Arrays> =>
    using('step', held, async (opened) => {
      const tensors = collect(feeds, held, step, opened.constants);
      const results =
        offering === undefined || held === undefined
          ? await device.run(opened.session, tensors)
          : await runInto(offering, opened.session, tensors, held);
      return arraysOf(settle(results, opened, held, step));
    });

  return {
    run: plan.reads.length === 0 ? ask : step,

    ...(traits.steps === 'loop' && !plan.isAsked && { runSteps: runLoop }),
    ...(openAhead !== undefined && { runSteps: runAhead }),
    describe: () => describePlan(plan, lazy, device.notes),

    dispose() {
      sessions.close();
      ahead?.then(device.close).catch(ignore);
    },
  };
}

/** The choices made and the model, as text. */
export function describePlan(
  { notes }: Pick<OpenedPlan, 'notes'>,
  { text }: LazyPlans,
  more: readonly string[] = [],
): string {
  return [...[...more, ...notes].map((note) => `# ${note}`), text()].join('\n');
}

function exclusively<T>(held: Held | undefined, work: () => Promise<T>): Promise<T> {
  return held === undefined ? work() : held.exclusively(work);
}

function ignore(): void {}

const NONE: ReadonlySet<string> = new Set();

function arraysOf(tensors: ReadonlyMap<string, Ort.Tensor>): Arrays {
  return Object.fromEntries([...tensors].map(([name, tensor]) => [name, toArray(tensor)]));
}

/** Each result of all steps, which lie on a device whose memory can be read for many at once. */
async function stacked(results: readonly ReadonlyMap<string, Ort.Tensor>[], { stack }: Memory): Promise<Arrays> {
  const all: Record<string, NDArray> = {};
  for (const name of results[0]?.keys() ?? []) {
    all[name] = (await stack?.(results.map((result) => result.get(name) as Ort.Tensor))) as NDArray;
  }
  return all;
}

/** New tensors, of which those of floats are NaN until something is written. */
function fresh(ort: typeof Ort, types: ReadonlyMap<string, TensorType>): Record<string, Ort.Tensor> {
  const tensors: Record<string, Ort.Tensor> = {};
  for (const [name, { dtype, shape }] of types) {
    const data = allocate(dtype, numel(shape));
    tensors[name] = toTensor(ort, {
      dtype,
      shape,
      data: dtype === 'float32' ? data.fill(Number.NaN) : data,
    } as NDArray);
  }
  return tensors;
}

function lastEntry(ort: typeof Ort, tensor: Ort.Tensor): Ort.Tensor {
  const { dtype, shape, data } = toArray(tensor);
  const size = data.length / (shape[0] as number);
  return toTensor(ort, { dtype, shape: shape.slice(1), data: data.slice(data.length - size) });
}
