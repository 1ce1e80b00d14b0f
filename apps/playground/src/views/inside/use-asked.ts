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
    let isChanged = false;
    const answer = async (): Promise<void> => {
      try {
        const there = await session();
        if (isOver) return;
        const value = await ask(there);
        if (!isOver) setAsked({ value, problem: null });
      } catch (error) {
        if (!isOver) setAsked(({ value }) => ({ value, problem: problemOf(error) }));
      }
    };
    const next = async (): Promise<void> => {
      if (isBusy) return;
      isBusy = true;
      while (isChanged && !isOver && (run.status.peek() !== 'failed' || run.isStale.peek())) {
        isChanged = false;
        await answer();
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
      isBusy = false;
    };
    const stop = effect(() => {
      void [run.version.value, run.status.value, run.isStale.value];
      isChanged = true;
      void next();
    });
    return () => {
      isOver = true;
      stop();
    };
  }, inputs);
  return asked;
}
