import { useEffect, useState } from 'preact/hooks';

export interface Async<T> {
  /** The newest result; while another one is made, the one before. */
  readonly value: T | null;
  readonly error: Error | null;
}

/** What `make` gives, made again when `inputs` change. A result that comes after a newer question is thrown away. */
export function useAsync<T>(make: () => Promise<T>, inputs: readonly unknown[]): Async<T> {
  const [state, setState] = useState<Async<T>>({ value: null, error: null });
  useEffect(() => {
    let current = true;
    make().then(
      (value) => {
        if (current) setState({ value, error: null });
      },
      (reason: unknown) => {
        const error = reason instanceof Error ? reason : new Error(String(reason));
        if (current) setState((before) => ({ ...before, error }));
      },
    );
    return () => {
      current = false;
    };
  }, inputs);
  return state;
}
