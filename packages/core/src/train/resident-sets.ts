import type { Arrays } from '../backend/contract.ts';
import { lifetime } from '../backend/lifetime.ts';
import { mapArrays } from '../backend/steps.ts';
import { full } from '../ir/ndarray.ts';
import { keyed } from './arrays.ts';
import { type AnyBatch, feedsOf } from './batch.ts';
import { names } from './names.ts';
import { type ResidentData, type ResidentOwner, residentData } from './resident.ts';

/** What the data sets of a trainer ask of it. */
export interface ResidentSetsOwner extends ResidentOwner {
  /** Throws unless the data can be trained on; once, for all the steps that will only name rows of it. */
  expect(data: AnyBatch): Promise<AnyBatch>;
}

/** Copies of data sets, which the trainers of one state share. */
export type ResidentSets = (owner: ResidentSetsOwner) => (given: AnyBatch) => Promise<ResidentData>;

interface Held {
  readonly name: string;
  readonly data: AnyBatch;
  readonly moved: Promise<void>;
  users: number;
}

/** Copies data sets to the device with `write`, each object once while somebody uses it. */
export function residentSets(write: (entries: Arrays) => Promise<void>): ResidentSets {
  const all = new Map<AnyBatch, Held>();
  const writeParts = (name: string, parts: Arrays): Promise<void> =>
    write(keyed((part) => names.data(name, part), parts));
  /** Names are used again, so that a program for data of the same types fits the next set, too. */
  const freeName = (): string => {
    const taken = new Set([...all.values()].map(({ name }) => name));
    let i = 0;
    while (taken.has(String(i))) i++;
    return String(i);
  };
  const move = (given: AnyBatch, data: AnyBatch): Held => {
    const name = freeName();
    const held = { name, data, moved: writeParts(name, feedsOf(data)), users: 0 };
    all.set(given, held);
    held.moved.catch(() => all.delete(given));
    return held;
  };
  const release = (given: AnyBatch, held: Held): void => {
    held.users--;
    if (held.users > 0) return;
    all.delete(given);
    // A state has no entry less than before, but smaller ones. One that is disposed of has freed all of them.
    const emptied = mapArrays(feedsOf(held.data), () => full([], 0));
    writeParts(held.name, emptied).catch(() => {});
  };
  return (owner) => {
    const expected = new WeakSet<Held>();
    return async (given) => {
      const known = all.get(given);
      const data = known !== undefined && expected.has(known) ? known.data : await owner.expect(given);
      // Somebody else may have moved it meanwhile, or freed it.
      const held = all.get(given) ?? move(given, data);
      expected.add(held);
      held.users++;
      await held.moved;
      const alive = lifetime('the data set on the device');
      const whileAlive =
        <A extends unknown[], R>(f: (...args: A) => R) =>
        (...args: A): R => {
          alive.check();
          return f(...args);
        };
      const watched: ResidentOwner = {
        update: whileAlive(owner.update),
        updates: whileAlive(owner.updates),
        evaluate: whileAlive(owner.evaluate),
      };
      const dispose = (): void => {
        if (alive.isOver) return;
        alive.end();
        release(given, held);
      };
      return { ...residentData(watched, held.name, held.data), dispose };
    };
  };
}
