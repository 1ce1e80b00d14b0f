/** Runs jobs in the order they come, a limited number at once. */
export type Limiter = <T>(job: () => Promise<T>) => Promise<T>;

/** Items read at once where this thread works ahead: libuv has four threads for files and images unless UV_THREADPOOL_SIZE says otherwise. */
export const READS_AHEAD = 4;

/** Items that a worker reads at once, so that the next is decoded while one is changed; the workers share libuv's threads. */
export const READS_OF_WORKER = 2;

export function limiter(limit: number): Limiter {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (job) => {
    if (running < limit) running += 1;
    // Whoever ends hands its place on.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
