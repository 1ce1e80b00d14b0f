/** Calls `work` with what was given last, one call after the other: what comes while one runs waits, and only the newest of it counts. */
export function latest<T>(work: (value: T) => Promise<void>): (value: T) => void {
  let isRunning = false;
  let waiting: { readonly value: T } | null = null;
  const next = async (value: T): Promise<void> => {
    isRunning = true;
    await work(value);
    const then = waiting;
    waiting = null;
    if (then === null) isRunning = false;
    else await next(then.value);
  };
  return (value) => {
    if (isRunning) waiting = { value };
    else void next(value);
  };
}
