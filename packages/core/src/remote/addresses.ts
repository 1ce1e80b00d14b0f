/** The address of what runs here, in a page or in a worker of a browser; undefined elsewhere. */
const { document, location } = globalThis as {
  readonly document?: { readonly baseURI: string };
  readonly location?: { readonly href: string };
};

declare const URL: new (address: string, base: string) => { readonly href: string };

/** An address, or several by name, that mean the same in a worker: there, relative ones would be relative to its script. */
export function absoluteAddresses<A extends string | Readonly<Record<string, string>>>(addresses: A): A {
  const base = document?.baseURI ?? location?.href;
  if (base === undefined) return addresses;
  const absolute = (address: string): string => new URL(address, base).href;
  if (typeof addresses === 'string') return absolute(addresses) as A;
  return Object.fromEntries(Object.entries(addresses).map(([name, address]) => [name, absolute(address)])) as A;
}
