type Job = () => Promise<void>;

/** Who may do something when: training, and what is asked meanwhile. One thing at a time, so that none sees numbers half changed. */
export interface Turns {
  /** For `fit`: what waits between two steps is done there, and training waits while it is paused. */
  readonly signal: { readonly aborted: boolean; readonly resumed: Promise<void> | null };
  /**
   * Calls `segment` until it says that nothing is left, or `stop` was called. It is to end early, and is called again, whenever
   * `signal.aborted` is true.
   */
  train(segment: () => Promise<boolean>): Promise<void>;
  /** Now, or between two steps. */
  between<T>(job: () => Promise<T>): Promise<T>;
  /** Now, or between two segments of training, which goes on after it; while that is paused, too. */
  apart<T>(job: () => Promise<T>): Promise<T>;
  /** Once training has ended, which it is told to. */
  after<T>(job: () => Promise<T>): Promise<T>;
  pause(): void;
  resume(): void;
  stop(): void;
}

/** `onPause` is called when training has come to rest. */
export function createTurns(onPause: () => void): Turns {
  let last: Promise<void> = Promise.resolve();
  /** Trainings that were asked for and have not ended. */
  let trainings = 0;
  let isPaused = false;
  let isStopped = false;
  let draining: Promise<void> | null = null;
  const inner: Job[] = [];
  const outer: Job[] = [];
  let change = (): void => {};
  let changed = Promise.resolve();
  const renew = (): void => {
    change();
    changed = new Promise((resolve) => {
      change = resolve;
    });
  };
  renew();

  const drain = async (): Promise<void> => {
    for (let job = inner.shift(); job !== undefined; job = inner.shift()) await job();
    draining = null;
  };
  const signal = {
    get aborted() {
      return isStopped || outer.length > 0;
    },
    get resumed() {
      if (draining !== null) return draining;
      if (inner.length > 0) {
        draining = drain();
        return draining;
      }
      if (!isPaused || signal.aborted) return null;
      onPause();
      return changed;
    },
  };

  /** In the order in which they were asked. */
  const inLine = <T>(job: () => Promise<T>): Promise<T> => {
    const result = last.then(job);
    last = result.then(ignore, ignore);
    return result;
  };
  const queued = <T>(queue: Job[], job: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      queue.push(() => job().then(resolve, reject));
      renew();
    });
  const rest = async (): Promise<void> => {
    while (outer.length > 0 || (!isStopped && signal.resumed !== null)) {
      const job = outer.shift();
      await (job === undefined ? signal.resumed : job());
    }
  };

  return {
    signal,
    async train(segment) {
      trainings++;
      isPaused = false;
      try {
        await inLine(async () => {
          isStopped = false;
          for (;;) {
            await rest();
            if (isStopped || (await segment())) break;
          }
        });
      } finally {
        trainings--;
        isPaused = false;
        // Nobody else would call them.
        for (const job of [...inner.splice(0), ...outer.splice(0)]) await inLine(job);
      }
    },
    between: (job) => (trainings > 0 ? queued(inner, job) : inLine(job)),
    apart: (job) => (trainings > 0 ? queued(outer, job) : inLine(job)),
    after(job) {
      isStopped = true;
      renew();
      return inLine(job);
    },
    pause() {
      isPaused = trainings > 0;
    },
    resume() {
      isPaused = false;
      renew();
    },
    stop() {
      isStopped = true;
      isPaused = false;
      renew();
    },
  };
}

function ignore(): void {}
