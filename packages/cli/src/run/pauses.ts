import type { Backend } from '@descent/core';

/**
 * The same backend, with `between` awaited in front of every run. Training loops only wait for the backend, and one that computes in the
 * thread of JavaScript never lets timers and signals through: here they get their turn, and so does what must not overlap with a step.
 */
export function withPauses(backend: Backend, between: () => Promise<void>): Backend {
  return {
    name: backend.name,
    state: (entries) => backend.state(entries),
    dispose: () => backend.dispose(),
    async compile(program, options) {
      const executable = await backend.compile(program, options);
      return {
        describe: () => executable.describe(),
        dispose: () => executable.dispose(),
        async run(feeds, state) {
          await between();
          return executable.run(feeds, state);
        },
        async runSteps(steps, feeds, state) {
          await between();
          return executable.runSteps(steps, feeds, state);
        },
      };
    },
  };
}
