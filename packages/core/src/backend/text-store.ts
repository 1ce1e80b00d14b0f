/** A place for one text that outlives the process or the page. What is read may be damaged, or of another version. */
export interface TextStore {
  /** Where the text is, for people. */
  readonly place: string;
  /** The text; undefined when there is none, or it cannot be read. Never throws. */
  read(): Promise<string | undefined>;
  /** Replaces the text whole. Throws when it cannot be kept there. */
  write(text: string): Promise<void>;
  /** Runs `work` while no other process does so in this place, as far as that can be had. Default: at once. */
  exclusively?<T>(work: () => Promise<T>): Promise<T>;
}

/** The part of Cache Storage that is used. Workers have it, too, other than `localStorage`. */
export interface CacheStorageLike {
  open(name: string): Promise<{
    match(address: string): Promise<{ text(): Promise<string> } | undefined>;
    put(address: string, response: object): Promise<void>;
  }>;
}

const CACHE = 'descent';

/**
 * The text `name` in the Cache Storage of the page's origin; undefined where there is none, such as in Node and in pages that are not served
 * over https.
 */
export function pageStore(
  name: string,
  storage: CacheStorageLike | undefined = (globalThis as { caches?: CacheStorageLike }).caches,
): TextStore | undefined {
  if (storage === undefined || typeof Response === 'undefined') return undefined;
  // Of no server: a key has to look like an address.
  const address = `https://descent.invalid/${name}`;
  return {
    place: `'${name}' in the Cache Storage '${CACHE}' of this page`,
    async read() {
      try {
        const found = await (await storage.open(CACHE)).match(address);
        return await found?.text();
      } catch {
        // Some browsers refuse it in private windows, and in frames of other sites.
        return undefined;
      }
    },
    async write(text) {
      await (await storage.open(CACHE)).put(address, new Response(text));
    },
  };
}

// What hosts offer, which is not part of the language's own library types, all that core builds on.
declare const Response: new (text: string) => object;
