import { ValueError } from '@descent/core';

/** The address to import a module of the user's own from: of the page's own server. Throws a `ValueError` for any other. */
export function moduleAddress(module: URL | string): string {
  const { location } = globalThis as unknown as {
    readonly location: { readonly href: string; readonly origin: string };
  };
  const url = URL.canParse(String(module), location.href) ? new URL(module, location.href) : undefined;
  if (url !== undefined && url.origin === location.origin) return url.href;
  throw new ValueError('moduleDataset: module is a file of the page', {
    received: String(module),
    expected: `an address of ${location.origin}`,
    fix: "pass new URL('./my-data.js', import.meta.url)",
  });
}
