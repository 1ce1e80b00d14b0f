import { useEffect, useRef, useState } from 'preact/hooks';

/** The newest `value`, taken at most once a frame: what changes more often than the screen is drawn no more often than that. */
export function useOnceAFrame<T>(value: T): T {
  const [shown, show] = useState<{ readonly value: T }>({ value });
  const newest = useRef(value);
  const frame = useRef<number | null>(null);
  newest.current = value;
  useEffect(() => {
    if (frame.current !== null || value === shown.value) return;
    frame.current = requestAnimationFrame(() => {
      frame.current = null;
      show({ value: newest.current });
    });
  }, [value, shown]);
  useEffect(
    () => () => {
      if (frame.current !== null) cancelAnimationFrame(frame.current);
    },
    [],
  );
  return shown.value;
}
