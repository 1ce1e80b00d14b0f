/** What was, what is, and what was undone. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
}

const MOST = 100;

export function started<T>(present: T): History<T> {
  return { past: [], present, future: [] };
}

/** Goes on to `next`; what was undone is gone. The same again is no step. */
export function recorded<T>(history: History<T>, next: T): History<T> {
  const { past, present } = history;
  if (JSON.stringify(next) === JSON.stringify(present)) return history;
  return { past: [...past, present].slice(-MOST), present: next, future: [] };
}

export function undone<T>({ past, present, future }: History<T>): History<T> {
  const last = past.at(-1);
  return last === undefined
    ? { past, present, future }
    : { past: past.slice(0, -1), present: last, future: [present, ...future] };
}

export function redone<T>({ past, present, future }: History<T>): History<T> {
  const [next, ...rest] = future;
  return next === undefined ? { past, present, future } : { past: [...past, present], present: next, future: rest };
}
