/** Tells a running `fit` from outside what to do, such as from buttons of a page: give it as `signal`. */
export interface TrainingControl {
  readonly aborted: boolean;
  readonly paused: boolean;
  /** While paused, a promise of the moment when training goes on. */
  readonly resumed: Promise<void> | null;
  /** Lets training wait after the current run of steps, for as long as it takes; nothing is lost. */
  pause(): void;
  resume(): void;
  /** Ends training after the current run of steps, also a paused one. */
  stop(): void;
}

/** A control for one `fit`. */
export function trainingControl(): TrainingControl {
  let aborted = false;
  let waiting: { readonly promise: Promise<void>; readonly end: () => void } | null = null;
  const resume = (): void => {
    waiting?.end();
    waiting = null;
  };
  return {
    get aborted() {
      return aborted;
    },
    get paused() {
      return waiting !== null;
    },
    get resumed() {
      return waiting?.promise ?? null;
    },
    pause() {
      if (waiting !== null || aborted) return;
      let end = (): void => {};
      const promise = new Promise<void>((resolve) => {
        end = resolve;
      });
      waiting = { promise, end };
    },
    resume,
    stop() {
      aborted = true;
      resume();
    },
  };
}
