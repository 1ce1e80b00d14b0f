import { useEffect, useState } from 'preact/hooks';

/** Pause between two steps. */
const STEP_MS = 700;

export interface Player {
  readonly at: number;
  readonly playing: boolean;
  /** Goes to a step, and stops. */
  go(at: number): void;
  toggle(): void;
}

/** Steps from 0 to `count − 1`, one after the other while playing. It stands still until it is started, whatever moves on the page. */
export function usePlayer(count: number): Player {
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(false);
  const current = Math.max(0, Math.min(at, count - 1));
  const isLast = current >= count - 1;
  useEffect(() => {
    if (!playing) return;
    if (isLast) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => setAt(current + 1), STEP_MS);
    return () => clearTimeout(timer);
  }, [playing, current, isLast]);
  return {
    at: current,
    playing,
    go(next) {
      setPlaying(false);
      setAt(Math.max(0, Math.min(next, count - 1)));
    },
    toggle() {
      if (!playing && isLast) setAt(0);
      setPlaying(!playing);
    },
  };
}
