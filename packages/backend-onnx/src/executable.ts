import type { Arrays, CompiledProgram, NDArray } from '@descent/core/backend';
import type { Device } from './device/device.ts';
import { toArray, toTensor } from './device/tensors.ts';
import type { LazyPlans, LoopPlan, Plan } from './plan.ts';
import type { Ort } from './runtime/runtime.ts';
import type { Held } from './state.ts';

/** What an executable is made from. */
export interface ExecutableParts {
  readonly plan: Plan;
  readonly lazy: LazyPlans;
  readonly session: Ort.InferenceSession;
  readonly device: Device;
}

interface Loop {
  readonly plan: LoopPlan;
  readonly session: Ort.InferenceSession;
}

/** A session for the program, and one for many steps at once, which is opened when it is first needed. */
export function createExecutable(compiled: ExecutableParts): CompiledProgram<Held> {
  const { plan, lazy, session, device } = compiled;
  const { ort, traits } = device;
  const { inputs } = plan;
  const reads = new Set(plan.reads);
  const fed = [...inputs.keys()].filter((name) => !reads.has(name));
  const read = [...inputs].filter(([name]) => reads.has(name));
  const written = new Set(plan.writes);
  let loop: Promise<Loop> | undefined;

  const openLoop = async (): Promise<Loop> => {
    const loopPlan = lazy.loop();
    // Its operators are those of the single run, which has been opened.
    return { plan: loopPlan, session: await device.open({ ...loopPlan, mayFallBack: true }) };
  };

  /** Tensors for every graph input: those of the feeds and those of the state. */
  const collect = (feeds: Arrays, held: Held | undefined, step = 0): Record<string, Ort.Tensor> => {
    const tensors: Record<string, Ort.Tensor> = {};
    for (const name of fed) tensors[name] = toTensor(ort, feeds[name] as NDArray);
    for (const [name, type] of read) tensors[name] = (held as Held).entries.valueFor(name, { type });
    if (written.size > 0 && step === 0) held?.entries.forget();
    return tensors;
  };

  /** Moves what is written to the state; returns the rest. */
  const settle = (
    results: Ort.InferenceSession.OnnxValueMapType,
    names: Plan['outputs'],
    held: Held | undefined,
    step = 0,
  ): Arrays => {
    const returned: Record<string, NDArray> = {};
    const next = new Map<string, Ort.Tensor>();
    for (const [name, onnxName] of names) {
      const tensor = results[onnxName] as Ort.Tensor;
      if (written.has(name)) next.set(name, tensor);
      else returned[name] = toArray(tensor);
    }
    if (written.size > 0) held?.entries.replace(next, step === 0);
    return returned;
  };

  const runSteps = async (steps: number, feeds: Arrays, held: Held | undefined): Promise<Arrays> => {
    loop ??= openLoop();
    const many = await loop;
    return exclusively(held, async () => {
      const tensors = collect(feeds, held);
      tensors[many.plan.steps] = new ort.Tensor('int64', BigInt64Array.of(BigInt(steps)), []);
      const results = { ...(await device.run(many.session, tensors)) };
      // An entry that is written without being read is not carried from step to step: its last value counts.
      for (const name of plan.writes) {
        const onnxName = many.plan.outputs.get(name) as string;
        if (!inputs.has(name)) results[onnxName] = lastEntry(ort, results[onnxName] as Ort.Tensor);
      }
      return settle(results, many.plan.outputs, held);
    });
  };

  return {
    run: (feeds, held, step) =>
      exclusively(held, async () => {
        const results = await device.run(session, collect(feeds, held, step));
        return settle(results, plan.outputs, held, step);
      }),

    ...(traits.steps === 'loop' && { runSteps }),
    describe: () => describePlan(plan, lazy, device.notes),

    dispose() {
      void device.close(session);
      loop?.then((many) => device.close(many.session)).catch(ignore);
    },
  };
}

/** The choices made and the model, as text. */
export function describePlan({ notes }: Plan, { text }: LazyPlans, more: readonly string[] = []): string {
  return [...[...more, ...notes].map((note) => `# ${note}`), text()].join('\n');
}

function exclusively<T>(held: Held | undefined, work: () => Promise<T>): Promise<T> {
  return held === undefined ? work() : held.exclusively(work);
}

function ignore(): void {}

function lastEntry(ort: typeof Ort, tensor: Ort.Tensor): Ort.Tensor {
  const { dtype, shape, data } = toArray(tensor);
  const size = data.length / (shape[0] as number);
  return toTensor(ort, { dtype, shape: shape.slice(1), data: data.slice(data.length - size) });
}
