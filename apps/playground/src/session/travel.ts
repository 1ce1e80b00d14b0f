import { transferHandlers } from 'comlink';
import { ProblemError, problemOf } from './problem.ts';
import type { Problem } from './protocol.ts';

/** Lets errors cross between worker and page with all that they say; comlink alone takes the message and drops the rest. Both sides call it once. */
export function sendProblems(): void {
  const handler = transferHandlers.get('throw');
  if (handler === undefined) return;
  transferHandlers.set('throw', {
    canHandle: handler.canHandle,
    serialize: (thrown) => [problemOf((thrown as { readonly value: unknown }).value), []],
    deserialize(problem) {
      throw new ProblemError(problem as Problem);
    },
  });
}
