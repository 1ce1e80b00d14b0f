/** Work with a trainer, one piece after the other, however it is called. */
export interface Serial {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Calls `end` when no work is under way or waiting: at once, or afterwards. */
  whenIdle(end: () => void): void;
}

export function serial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  let open = 0;
  const ends: (() => void)[] = [];
  const finished = (): void => {
    open--;
    if (open === 0) for (const end of ends.splice(0)) end();
  };
  return {
    run(work) {
      open++;
      const result = last.then(work);
      last = result.then(finished, finished);
      return result;
    },
    whenIdle(end) {
      if (open === 0) end();
      else ends.push(end);
    },
  };
}
