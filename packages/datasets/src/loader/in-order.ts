export interface InOrderOptions {
  /** The first, and one after the last. */
  readonly from: number;
  readonly to: number;
  /** How many are under way while one is in use; with 0 each is begun when it is asked for. */
  readonly ahead: number;
  /** Ends the waiting with its reason. */
  readonly signal: AbortSignal | undefined;
}

/**
 * The results of `start(from) … start(to - 1)` in this order, several under way at once: never more than `ahead` (at least one) that were begun and not
 * taken. What fails is thrown when its turn comes.
 */
export async function* inOrder<T>(
  start: (index: number) => Promise<T>,
  { from, to, ahead, signal }: InOrderOptions,
): AsyncGenerator<T, void> {
  const underWay: Promise<T>[] = [];
  let next = from;
  const begin = (most: number): void => {
    while (next < to && underWay.length < most) {
      const work = start(next++);
      // Nobody may come for it.
      work.catch(() => {});
      underWay.push(work);
    }
  };
  for (;;) {
    signal?.throwIfAborted();
    begin(Math.max(1, ahead));
    const [first] = underWay;
    if (first === undefined) return;
    const result = await unlessAborted(first, signal);
    underWay.shift();
    begin(ahead);
    yield result;
  }
}

/** Like `work`, but rejected as soon as the signal aborts. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
