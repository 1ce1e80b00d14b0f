/** What secure pages and workers of browsers have. */
interface Browser {
  readonly navigator?: { readonly locks?: { request(name: string, hold: () => Promise<void>): Promise<void> } };
  readonly crypto?: { randomUUID?(): string };
}

const { navigator, crypto } = globalThis as Browser;

/** The name of a new lifeline; undefined where there are no locks, such as in pages that are not secure. */
export function newLifeline(): string | undefined {
  return navigator?.locks === undefined ? undefined : `descent ${crypto?.randomUUID?.()}`;
}

/** Holds a lock for as long as this worker lives: one that is ended by somebody else, or by the browser, does not say so. */
export function holdLifeline(name: string): Promise<void> {
  return new Promise((held) => {
    const hold = (): Promise<never> => {
      held();
      return new Promise(() => {});
    };
    navigator?.locks?.request(name, hold).catch(() => {});
  });
}

/** Calls `onEnd` when the worker that holds the lifeline has ended. */
export function watchLifeline(name: string, onEnd: () => void): void {
  navigator?.locks?.request(name, async () => onEnd()).catch(() => {});
}
