import type { Arrays } from '../backend/contract.ts';
import { lifetime } from '../backend/lifetime.ts';
import { mapArrays } from '../backend/steps.ts';
import { full } from '../ir/ndarray.ts';
import { type AnyBatch, feedsOf } from './batch.ts';
import { type ResidentData, type ResidentHost, residentData } from './resident.ts';

/** What the data sets of a trainer ask of it. */
export interface ResidentSetsHost extends ResidentHost {
  /** Throws unless the data can be trained on; once, for all the steps that will only name rows of it. */
  expect(data: AnyBatch): AnyBatch;
  /** Puts arrays on the device as parts of the data set `name`. */
  write(name: string, parts: Arrays): Promise<void>;
}

interface Held {
  readonly name: string;
  readonly data: AnyBatch;
  readonly moved: Promise<void>;
  users: number;
}

/** Copies data sets to the device, each object once while somebody uses it. */
export function residentSets(host: ResidentSetsHost): (given: AnyBatch) => Promise<ResidentData> {
  const all = new Map<AnyBatch, Held>();
  /** Names are used again, so that a program for data of the same types fits the next set, too. */
  const freeName = (): string => {
    const taken = new Set([...all.values()].map(({ name }) => name));
    let i = 0;
    while (taken.has(String(i))) i++;
    return String(i);
  };
  const move = (given: AnyBatch): Held => {
    const data = host.expect(given);
    const name = freeName();
    const held = { name, data, moved: host.write(name, feedsOf(data)), users: 0 };
    all.set(given, held);
    held.moved.catch(() => all.delete(given));
    return held;
  };
  const release = (given: AnyBatch, held: Held): void => {
    held.users--;
    if (held.users > 0) return;
    all.delete(given);
    // A state has no entry less than before, but smaller ones. A trainer that is disposed has freed all of them.
    host
      .write(
        held.name,
        mapArrays(feedsOf(held.data), () => full([], 0)),
      )
      .catch(() => {});
  };
  return async (given) => {
    const held = all.get(given) ?? move(given);
    held.users++;
    await held.moved;
    const alive = lifetime('the data set on the device');
    const watched: ResidentHost = {
      update(...args) {
        alive.check();
        return host.update(...args);
      },
      updates(...args) {
        alive.check();
        return host.updates(...args);
      },
      evaluate(...args) {
        alive.check();
        return host.evaluate(...args);
      },
    };
    const dispose = (): void => {
      if (alive.isOver) return;
      alive.end();
      release(given, held);
    };
    return { ...residentData(watched, held.name, held.data), dispose };
  };
}
