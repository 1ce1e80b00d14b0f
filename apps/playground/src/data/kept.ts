import { type Signal, signal } from '@preact/signals';
import { type Database, openDatabase } from './database.ts';
import { changed, type Kept, type KeptChange, NOTHING_KEPT } from './kept-values.ts';

/** Everything of the user's own; null until it has been read. */
export const kept: Signal<Kept | null> = signal(null);
/** Whether what is added is there after a reload; null until that is known. */
export const isLasting: Signal<boolean | null> = signal(null);

let reading: Promise<Database | null> | null = null;

/** Reads what is kept, once. */
export async function readKept(): Promise<Kept> {
  reading ??= open();
  await reading;
  return kept.peek() ?? NOTHING_KEPT;
}

async function open(): Promise<Database | null> {
  try {
    const database = await openDatabase(indexedDB);
    kept.value = await database.read();
    isLasting.value = true;
    return database;
  } catch {
    // Without storage the page works until it is left.
    kept.value = NOTHING_KEPT;
    isLasting.value = false;
    return null;
  }
}

/** Changes what is kept, here and in the database. Throws where the browser has no room for it; nothing is changed then. */
export async function changeKept(change: KeptChange): Promise<void> {
  await readKept();
  const database = await reading;
  if (database !== null && database !== undefined) {
    await database.change(change);
    if (change.put !== undefined) void navigator.storage?.persist?.();
  }
  kept.value = changed(kept.peek() ?? NOTHING_KEPT, change);
}
