/** A program for the batch sizes that it was last run with; for size 0 where no axis is dynamic. */
export interface BatchSizes<L, R> {
  /** Lowered and made ready at the first use of a size. */
  ready(batch: number): R;
  /** For the size used last, or else for `batch`. */
  lowered(batch: number): L;
  dispose(): void;
}

/** Sizes that stay: training has two, of full batches and the last one, and so has evaluation. */
const MOST = 4;

interface Sized<L, R> {
  readonly lowered: L;
  opened?: { readonly ready: R };
}

/** Lowers once for each size; the least recently used goes first. */
export function batchSizes<L, R>(
  lower: (batch: number) => L,
  open: (lowered: L) => R,
  close: (ready: R) => void,
): BatchSizes<L, R> {
  const sizes = new Map<number, Sized<L, R>>();
  const end = (batch: number, { opened }: Sized<L, R>): void => {
    sizes.delete(batch);
    if (opened !== undefined) close(opened.ready);
  };
  const use = (batch: number): Sized<L, R> => {
    const found = sizes.get(batch) ?? { lowered: lower(batch) };
    sizes.delete(batch);
    sizes.set(batch, found);
    for (const [oldest, sized] of [...sizes].slice(0, -MOST)) end(oldest, sized);
    return found;
  };
  return {
    ready(batch) {
      const sized = use(batch);
      sized.opened ??= { ready: open(sized.lowered) };
      return sized.opened.ready;
    },
    lowered: (batch) => ([...sizes.values()].at(-1) ?? use(batch)).lowered,
    dispose() {
      for (const [batch, sized] of sizes) end(batch, sized);
    },
  };
}
