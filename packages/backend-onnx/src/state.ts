import { createEntries, type DType, type Entries, type HeldState } from '@descent/core/backend';
import type { Memory } from './device/memory.ts';
import { createPool, type Pool } from './pool.ts';
import type { Ort } from './runtime/runtime.ts';

/**
 * What a state holds. Each run writes into fresh tensors (ONNX Runtime would compute wrongly if it wrote over what it reads), so the
 * entries from before a run are kept at no cost.
 */
export interface Held extends HeldState {
  readonly entries: Entries<Ort.Tensor>;
  /** Memory of tensors that it has no more. */
  readonly pool: Pool;
  /** Does `work` when all that was begun before has ended: nothing else uses the entries meanwhile. */
  exclusively<T>(work: () => T | Promise<T>): Promise<T>;
}

export function createHeld(ort: typeof Ort, memory: Memory): Held {
  const pool = createPool(ort, memory.free);
  const entries = createEntries<Ort.Tensor>({
    put: memory.put,
    get: memory.get,
    typeOf: ({ type, dims }) => ({ dtype: type as DType, shape: dims }),
    free: pool.give,
  });
  let idle: Promise<unknown> = Promise.resolve();
  const exclusively: Held['exclusively'] = (work) => {
    const result = idle.then(work);
    idle = result.then(ignore, ignore);
    return result;
  };
  return {
    entries,
    pool,
    exclusively,
    read: (names) => exclusively(() => entries.read(names)),
    write: (arrays) => exclusively(() => entries.write(arrays)),
    rollback: () => exclusively(() => entries.rollback()),
    dispose: () =>
      void exclusively(() => {
        entries.dispose();
        pool.close();
      }),
  };
}

function ignore(): void {}
