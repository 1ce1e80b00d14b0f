import type { InferenceSession } from 'onnxruntime-web/wasm';

type Sessions = typeof InferenceSession;
type Create = (...words: readonly unknown[]) => Promise<InferenceSession>;

/** What is seen of sessions: how each is opened, and each run with its feeds and results. */
export interface SessionWatch {
  onOpen?(session: InferenceSession, words: readonly unknown[]): void;
  onRun?(session: InferenceSession, feeds: Feeds, results: Results, ms: number): void;
}

export type Feeds = InferenceSession.OnnxValueMapType;
export type Results = InferenceSession.OnnxValueMapType;

/** Watches every session that is opened from now on. */
export function watchSessions(sessions: Sessions, { onOpen, onRun }: SessionWatch): void {
  const original = sessions.create as Create;
  const create: Create = async (...words) => {
    const session = await original.apply(sessions, [...words]);
    onOpen?.(session, words);
    const run = session.run.bind(session) as (...words: unknown[]) => Promise<Results>;
    const watched = async (feeds: Feeds, ...more: readonly unknown[]): Promise<Results> => {
      const start = performance.now();
      const results = await run(feeds, ...more);
      onRun?.(session, feeds, results, performance.now() - start);
      return results;
    };
    return Object.assign(session, { run: watched });
  };
  Object.assign(sessions, { create });
}

/** Adds up the ms of all runs of all sessions that are opened from now on. */
export function timeRuns(sessions: Sessions): () => number {
  let total = 0;
  watchSessions(sessions, {
    onRun(_session, _feeds, _results, ms) {
      total += ms;
    },
  });
  return () => total;
}
