/** An http(s) address as a URL; undefined for anything else. */
export function httpUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}

/** The same, for an address that may be relative where there is a page. */
export function pageUrl(text: string): URL | undefined {
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  return URL.canParse(text, location?.href) ? httpUrl(new URL(text, location?.href).href) : undefined;
}

/** An address as errors and progress may show it: without user name, password and query, which may hold a token, and short where it holds the data itself. */
export function redact(address: string): string {
  if (address.startsWith('data:')) return `${address.slice(0, 30)}…`;
  if (!URL.canParse(address)) return address.replace(/\/\/[^/@\s]*@/, '//');
  const url = new URL(address);
  if (url.protocol === 'blob:') return address;
  return `${url.protocol}//${url.host}${url.pathname}${url.search === '' ? '' : '?…'}`;
}
