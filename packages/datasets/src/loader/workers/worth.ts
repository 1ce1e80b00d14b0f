/** Whether workers shorten the waiting for batches of data in memory, found out while batches are made; who makes a batch never changes it. */
export interface Worth {
  /** Who makes the next batch: this thread, to learn what that costs; workers; or this thread, since workers cost more. */
  readonly verdict: 'unknown' | 'workers' | 'here';
  /** This thread made a batch in so many milliseconds. */
  made(ms: number): void;
  /** A batch of the workers was waited for so many milliseconds. */
  waited(ms: number): void;
}

/** Batches that this thread makes to learn what one costs; fewer when they take long. The quickest counts: the first ones are compiled on the way. */
const TRIALS = 8;
const TRIAL_MS = 100;
/** What handing a batch over costs at least. */
const HANDED_OVER_MS = 0.5;
/** Batches of the workers whose waiting is not counted, since threads start and compile, and those that are. */
const WARM_UP = 16;
const COUNTED = 32;

export function worthOfWorkers(): Worth {
  let verdict: Worth['verdict'] = 'unknown';
  let trials = 0;
  let spent = 0;
  let own = Number.POSITIVE_INFINITY;
  let taken = 0;
  let waiting = 0;
  return {
    get verdict() {
      return verdict;
    },
    made(ms) {
      if (verdict !== 'unknown') return;
      trials += 1;
      spent += ms;
      own = Math.min(own, ms);
      if (trials >= TRIALS || spent >= TRIAL_MS) verdict = own < HANDED_OVER_MS ? 'here' : 'workers';
    },
    waited(ms) {
      if (verdict !== 'workers' || ++taken <= WARM_UP) return;
      waiting += ms;
      const counted = taken - WARM_UP;
      if (counted < COUNTED) return;
      if (waiting / counted > own) verdict = 'here';
      taken = WARM_UP;
      waiting = 0;
    },
  };
}
