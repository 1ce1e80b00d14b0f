/** A signal for `fit`: the first Ctrl-C aborts it, so that training ends cleanly; the second ends the process at once. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Stops listening; Ctrl-C is as usual again. */
  dispose(): void;
}

/** Exit status of a process that SIGINT ended. */
const INTERRUPTED = 130;

/** Listens for SIGINT and SIGTERM. `onFirst` is called at the first, such as to say what happens now. */
export function interruptible(onFirst: () => void = () => {}): Interrupt {
  const controller = new AbortController();
  const listener = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
    onFirst();
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return {
    signal: controller.signal,
    dispose() {
      process.off('SIGINT', listener);
      process.off('SIGTERM', listener);
    },
  };
}
