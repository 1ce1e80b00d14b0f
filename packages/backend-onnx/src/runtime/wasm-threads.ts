/** The most threads that are started by default: more gain little, and each has a stack of its own. */
const MOST_THREADS = 4;

/** How many threads WebAssembly gets on a machine of so many cores, when nobody says. */
export function defaultWasmThreads(cores: number, isShared: boolean): number {
  return isShared ? Math.min(MOST_THREADS, cores) : 1;
}
