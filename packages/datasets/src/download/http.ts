const MEANINGS: Readonly<Record<number, string>> = {
  401: ' (a user name and password are needed)',
  403: ' (forbidden)',
  404: ' (not found)',
  410: ' (gone)',
  429: ' (too many requests)',
  500: ' (an error of the server)',
  503: ' (overloaded)',
};

/** What a status of HTTP means, in brackets; nothing for one that is rare. */
export function httpMeaning(status: number): string {
  return MEANINGS[status] ?? '';
}
