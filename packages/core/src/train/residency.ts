import { leavesOf } from '../ir/tree.ts';
import type { AnyBatch } from './batch.ts';
import type { ResidentData } from './resident.ts';
import type { AnyTrainer } from './trainer.ts';

/** Holds MNIST (55 MB as bytes) and CIFAR (184 MB), and leaves memory to the network on small devices. */
export const MAX_RESIDENT_BYTES: number = 512 * 2 ** 20;

/** The data sets that one `fit` keeps on the device. */
export interface Residency {
  /** The data set on the device, or `null` when it does not fit beside those that are there. */
  place(data: AnyBatch): Promise<ResidentData | null>;
  release(): void;
}

/** Keeps data sets of at most `maxBytes` together. */
export function residency(trainer: AnyTrainer, maxBytes: number): Residency {
  const placed = new Map<AnyBatch, ResidentData>();
  let used = 0;
  return {
    async place(data) {
      const known = placed.get(data);
      if (known !== undefined) return known;
      const bytes = bytesOf(data);
      if (used + bytes > maxBytes) return null;
      const resident = await trainer.resident(data);
      used += bytes;
      placed.set(data, resident);
      return resident;
    },
    release() {
      for (const resident of placed.values()) resident.dispose();
    },
  };
}

function bytesOf({ x, y }: AnyBatch): number {
  return [...leavesOf(x), ...leavesOf(y)].reduce((total, [, { data }]) => total + data.byteLength, 0);
}
