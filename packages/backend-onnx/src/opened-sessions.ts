import type { Device } from './device/device.ts';
import { toArray } from './device/tensors.ts';
import type { Constant } from './model/value.ts';
import type { LazyPlans, OpenedPlan } from './plan.ts';
import type { Ort } from './runtime/runtime.ts';
import type { Held } from './state.ts';
import { steadyEntries } from './steady-entries.ts';

/** A session that makes one step or many. */
export interface Opened {
  readonly session: Ort.InferenceSession;
  /** Name in the model of each output. */
  readonly outputs: OpenedPlan['outputs'];
  readonly views: OpenedPlan['views'];
  /** Name of the input that says how many steps; of those that make many. */
  readonly steps?: string;
  /** Entries of the state that the session has as constants, so that they are not fed. */
  readonly constants: ReadonlySet<string>;
}

export type Kind = 'step' | 'loop';

/** The sessions of a program, each opened when it is first needed. */
export interface OpenedSessions {
  /** Calls `work` with the session for what `held` has now. To be called while nothing else uses `held`. */
  use<T>(kind: Kind, held: Held | undefined, work: (opened: Opened) => Promise<T>): Promise<T>;
  close(): void;
}

export interface SessionParts {
  readonly plan: OpenedPlan;
  readonly lazy: LazyPlans;
  /** For one step, without constants. */
  readonly session: Ort.InferenceSession;
  readonly device: Device;
}

/**
 * Opens sessions, and where the device asks for it, others that have large steady entries as constants: these are brought to the device once
 * instead of once a run.
 */
export function openedSessions({ plan, lazy, session, device }: SessionParts): OpenedSessions {
  const steady = device.traits.keepsSteady === true ? steadyEntries(plan) : undefined;
  const none: Opened = { session, outputs: plan.outputs, views: plan.views, constants: new Set() };
  const opened = new Map<string, Promise<Opened>>([[keyOf('step', []), Promise.resolve(none)]]);
  const stale: Promise<Opened>[] = [];
  let running = 0;

  const open = async (kind: Kind, entries: ReadonlyMap<string, Ort.Tensor>): Promise<Opened> => {
    const constants = new Map([...entries].map(([name, tensor]) => [name, toArray(tensor) as Constant]));
    const model = kind === 'loop' ? lazy.loop(constants) : { ...lazy.step(constants), outputs: plan.outputs };
    // The operators are those of the session without constants, which has been opened.
    return {
      ...model,
      session: await device.open({ ...model, mayFallBack: true }),
      constants: new Set(constants.keys()),
    };
  };
  /** Those with constants that are no longer steady will not be asked for again. */
  const retire = (names: readonly string[]): void => {
    for (const [key, one] of opened) {
      if (key === keyOf('step', []) || key === keyOf('loop', [])) continue;
      if (key === keyOf('step', names) || key === keyOf('loop', names)) continue;
      opened.delete(key);
      stale.push(one);
    }
  };
  const closeAll = (those: Iterable<Promise<Opened>>): void => {
    for (const one of those) void one.then((done) => device.close(done.session)).catch(() => {});
  };
  return {
    async use(kind, held, work) {
      if (steady === undefined && kind === 'step') return work(none);
      const entries =
        held === undefined || steady === undefined
          ? new Map<string, Ort.Tensor>()
          : steady.see((name) => held.entries.valueFor(name, { type: plan.inputs.get(name) as never }));
      const names = [...entries.keys()];
      const key = keyOf(kind, names);
      retire(names);
      const known = opened.get(key) ?? open(kind, entries);
      opened.set(key, known);
      known.catch(() => opened.delete(key));
      running++;
      try {
        return await work(await known);
      } finally {
        running--;
        if (running === 0) closeAll(stale.splice(0));
      }
    },
    close: () => closeAll([...opened.values(), ...stale]),
  };
}

function keyOf(kind: Kind, names: readonly string[]): string {
  return JSON.stringify([kind, ...names]);
}
