import type { Kept, KeptChange } from './kept-values.ts';

const NAME = 'descent-playground';
const VERSION = 2;
const STORES = { tables: 'name', sets: 'name', pictures: 'id', files: 'path' } as const;
type StoreName = keyof typeof STORES;
const STORE_NAMES = Object.keys(STORES) as readonly StoreName[];

/** What is kept in the database of the browser. */
export interface Database {
  read(): Promise<Kept>;
  /** All of a change, or nothing. Throws where the browser has no room. */
  change(change: KeptChange): Promise<void>;
}

/** Opens the database of this page. Throws where the browser gives none, as some do in private windows. */
export async function openDatabase(factory: IDBFactory): Promise<Database> {
  const opening = factory.open(NAME, VERSION);
  opening.onupgradeneeded = () => {
    // An earlier version of the page has made some of them.
    const known = opening.result.objectStoreNames;
    for (const name of STORE_NAMES)
      if (!known.contains(name)) opening.result.createObjectStore(name, { keyPath: STORES[name] });
  };
  const database = await answer(opening);
  // A later version of the page in another tab may change the stores.
  database.onversionchange = () => database.close();
  return {
    async read() {
      const transaction = database.transaction(STORE_NAMES, 'readonly');
      const all = <N extends StoreName>(name: N): Promise<Kept[N]> =>
        answer(transaction.objectStore(name).getAll() as IDBRequest<unknown>) as Promise<Kept[N]>;
      const [tables, sets, pictures, files] = await Promise.all([
        all('tables'),
        all('sets'),
        all('pictures'),
        all('files'),
      ]);
      return { tables, sets, pictures, files };
    },
    async change({ put = {}, remove = {} }) {
      const transaction = database.transaction(STORE_NAMES, 'readwrite');
      for (const name of STORE_NAMES) {
        const store = transaction.objectStore(name);
        for (const key of remove[name] ?? []) store.delete(key);
        for (const value of put[name] ?? []) store.put(value);
      }
      await ended(transaction);
    },
  };
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
