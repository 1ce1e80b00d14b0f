/** What a server sends where a file is to be: its address, and what is wrong with it. */
export interface ServedFile {
  readonly url: string;
  /** Such as `status 404`, or `a page (text/html)`: what applications with routes of their own answer for any address. */
  readonly problem: string;
}

/**
 * Looks at the `.wasm` file that this page or worker has fetched last, after an engine did not start; `null` where none was fetched, or nothing is
 * wrong with it. Engines themselves say at most that bytes of another kind came.
 */
export async function wrongWasmFile(): Promise<ServedFile | null> {
  const url = await lastFetched();
  if (url === null) return null;
  const response = await fetch(url).catch(() => null);
  if (response === null) return { url, problem: 'no answer' };
  if (!response.ok) return { url, problem: `status ${response.status}` };
  const type = response.headers.get('content-type');
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (MAGIC.every((byte, i) => bytes[i] === byte)) return null;
  return { url, problem: type?.startsWith('text/html') === true ? `a page (${type})` : `another file (${type})` };
}

/**
 * The address of the `.wasm` file that was fetched last. Browsers list a file when all of it has come, which may be after an engine has given up
 * on its first bytes, so that in a page or its worker this waits for one for up to a second.
 */
async function lastFetched(): Promise<string | null> {
  for (let waited = 0; ; waited += LOOK_EVERY_MS) {
    const entries = performance.getEntriesByType?.('resource');
    const url = entries?.findLast(({ name }) => /\.wasm(?:[?#]|$)/.test(name))?.name;
    if (url !== undefined) return url;
    if (entries === undefined || !('location' in globalThis) || waited >= 1000) return null;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

const LOOK_EVERY_MS = 50;

/** How files of WebAssembly begin. */
const MAGIC = [0x00, 0x61, 0x73, 0x6d] as const;

// What hosts offer, which is not part of the language's own library types, all that core builds on.
declare const performance: { getEntriesByType?(type: 'resource'): readonly { readonly name: string }[] };
declare function setTimeout(then: (value: unknown) => void, ms: number): void;
declare function fetch(url: string): Promise<{
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}>;
