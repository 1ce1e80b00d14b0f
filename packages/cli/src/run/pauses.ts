import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Backend } from '@descent/core';

/** Timers and signals get their turn at least this often. */
const TURN_MS = 50;

/**
 * The same backend, which lets timers and signals through between runs. A training loop only waits for its backend, and one that computes in
 * the thread of JavaScript never gives the event loop a turn: Ctrl-C would do nothing.
 */
export function withPauses(backend: Backend): Backend {
  let turn = Date.now();
  const pause = async (): Promise<void> => {
    if (Date.now() - turn < TURN_MS) return;
    await nextTurn();
    turn = Date.now();
  };
  return {
    name: backend.name,
    ...(backend.supports !== undefined && { supports: backend.supports.bind(backend) }),
    state: (entries) => backend.state(entries),
    dispose: () => backend.dispose(),
    async compile(program, options) {
      const executable = await backend.compile(program, options);
      return {
        describe: () => executable.describe(),
        dispose: () => executable.dispose(),
        async run(feeds, state) {
          await pause();
          return executable.run(feeds, state);
        },
        async runSteps(steps, feeds, state) {
          await pause();
          return executable.runSteps(steps, feeds, state);
        },
      };
    },
  };
}
