import type { Arrays, Backend, State } from '../backend/contract.ts';
import type { Lifetime } from '../backend/lifetime.ts';
import { full } from '../ir/ndarray.ts';
import { names } from './names.ts';
import { type ResidentSets, residentSets } from './resident-sets.ts';
import { serial } from './serial.ts';
import { eventLoopTurns } from './turns.ts';
import { canUndo } from './undo.ts';

/** A state on the device, and the order in which trainers use it. */
export interface TrainerDevice {
  readonly backend: Backend;
  readonly state: State;
  /** Runs everything that uses the device: one after the other, and with a turn for the event loop now and then. */
  work<T>(run: () => Promise<T>): Promise<T>;
  /** Whether the state cannot take back what a run wrote, so that programs must guard it. Asked inside `work`. */
  isGuarded(): Promise<boolean>;
  /** Copies of data sets in the state. */
  readonly sets: ResidentSets;
  /** Calls `end` once no work is under way. */
  whenIdle(end: () => void): void;
}

/** Puts `entries` on the device of `backend`, for as long as `alive` lasts. */
export async function trainerDevice(backend: Backend, entries: Arrays, alive: Lifetime): Promise<TrainerDevice> {
  const state = await backend.state(entries);
  const turn = eventLoopTurns();
  const queue = serial();
  let guarded: boolean | undefined;
  const work = async <T>(run: () => Promise<T>): Promise<T> => {
    alive.check();
    const result = await queue.run(run);
    await turn();
    return result;
  };
  return {
    backend,
    state,
    work,
    async isGuarded() {
      if (guarded === undefined) {
        guarded = !(await canUndo(backend));
        if (guarded) await state.write({ [names.good]: full([], 1) });
      }
      return guarded;
    },
    sets: residentSets((entries) => work(() => state.write(entries))),
    whenIdle: (end) => queue.whenIdle(end),
  };
}
