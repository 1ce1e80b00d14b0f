import { effect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { problemOf } from '../../session/problem.ts';
import type { Problem } from '../../session/protocol.ts';
import { run, type Session, session } from '../../session/run.ts';

export interface Asked<T> {
  /** The newest answer; while another is on its way, the one before. */
  readonly value: T | null;
  readonly problem: Problem | null;
}

/** Training goes on between two answers. */
const PAUSE_MS = 800;

/**
 * What the network of the page answers, asked anew when `inputs` change, and while it trains, one question at a time with a pause between them. The
 * network is opened when there is none; where that fails, it is tried again when the experiment has changed.
 */
export function useAsked<T>(ask: (session: Session) => Promise<T>, inputs: readonly unknown[]): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ value: null, problem: null });
  useEffect(() => {
    let isOver = false;
    let isBusy = false;
    let answered = -1;
    const next = async (): Promise<void> => {
      if (isBusy || isOver) return;
      if (run.status.peek() === 'failed' && !run.isStale.peek()) return;
      isBusy = true;
      try {
        const there = await session();
        answered = run.version.peek();
        const value = await ask(there);
        if (!isOver) setAsked({ value, problem: null });
      } catch (error) {
        answered = run.version.peek();
        if (!isOver) setAsked(({ value }) => ({ value, problem: problemOf(error) }));
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      isBusy = false;
      if (run.version.peek() !== answered) await next();
    };
    const stop = effect(() => {
      void [run.version.value, run.status.value, run.isStale.value];
      void next();
    });
    return () => {
      isOver = true;
      stop();
    };
  }, inputs);
  return asked;
}
