import type { BatchTask, MadeBatch } from '../make-batch.ts';
import { type Link, openLink } from './link.ts';
import type { WorkerTask } from './protocol.ts';

/** Some workers that make batches, each of the one that has the least to do. */
export interface Pool {
  make(task: BatchTask): Promise<MadeBatch>;
  /** The result of `work`; until it comes, the workers keep the process alive. */
  hold<T>(work: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function openPool(workers: number, task: WorkerTask, nameOf: (item: number) => string): Pool {
  const links = Array.from({ length: workers }, () => openLink(task, nameOf));
  const least = (): Link => {
    // All are dead only when their batches failed, and then this one fails like them.
    const alive = links.filter(({ isAlive }) => isAlive);
    return (alive.length > 0 ? alive : links).reduce((best, link) => (link.load < best.load ? link : best));
  };
  return {
    make: (task) => least().make(task),
    async hold(work) {
      for (const link of links) link.hold(true);
      try {
        return await work;
      } finally {
        for (const link of links) if (link.isAlive) link.hold(false);
      }
    },
    async close() {
      await Promise.all(links.map((link) => link.close()));
    },
  };
}

/** How long workers wait for the next epoch. Starting them again takes a tenth of a second or two. */
const IDLE_MS = 10_000;

/** Keeps the pool of an epoch that ended for the next one. */
export interface PoolKeeper {
  take(): Pool;
  /** Gives back a pool that has nothing to do. */
  keep(pool: Pool): void;
  end(pool: Pool): Promise<void>;
  endAll(): Promise<void>;
}

export function poolKeeper(open: () => Pool): PoolKeeper {
  const all = new Set<Pool>();
  let idle: { readonly pool: Pool; readonly timer: NodeJS.Timeout } | undefined;
  const end = async (pool: Pool): Promise<void> => {
    all.delete(pool);
    if (idle?.pool === pool) {
      clearTimeout(idle.timer);
      idle = undefined;
    }
    await pool.close();
  };
  return {
    take() {
      if (idle !== undefined) {
        const { pool, timer } = idle;
        clearTimeout(timer);
        idle = undefined;
        return pool;
      }
      const pool = open();
      all.add(pool);
      return pool;
    },
    keep(pool) {
      if (idle !== undefined || !all.has(pool)) {
        void end(pool);
        return;
      }
      idle = { pool, timer: setTimeout(() => void end(pool), IDLE_MS).unref() };
    },
    end,
    async endAll() {
      await Promise.all([...all].map(end));
    },
  };
}
