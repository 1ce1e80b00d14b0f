import type { Backend } from './contract.ts';
import { lifetime } from './lifetime.ts';

/**
 * A backend called `name` that `load` gives at the first use, such as one whose code a page fetches only when it needs it. Programs may have
 * `constantBytes` of constants.
 */
export function laterBackend(name: string, load: () => Promise<Backend>, constantBytes: number = 0): Backend {
  const alive = lifetime(`the backend ${name}`);
  let loaded: Promise<Backend> | undefined;
  const used = (): Promise<Backend> => {
    alive.check();
    loaded ??= load().catch((error: unknown) => {
      // The next use tries again.
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
  return {
    name,
    constantBytes,
    compile: async (program) => (await used()).compile(program),
    state: async (entries) => (await used()).state(entries),
    async dispose() {
      if (alive.isOver) return;
      alive.end();
      await (await loaded)?.dispose();
    },
  };
}
