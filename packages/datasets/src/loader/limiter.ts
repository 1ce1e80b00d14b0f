/** Runs jobs in the order they come, a limited number at once. */
export type Limiter = <T>(job: () => Promise<T>) => Promise<T>;

/** Items that a thread reads at once: libuv has four threads for files and images unless UV_THREADPOOL_SIZE says otherwise. */
export const READS_AT_ONCE = 4;

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
