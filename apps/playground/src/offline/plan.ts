/** A file of the build, by its path from the folder of the page. */
export interface BuiltFile {
  readonly path: string;
  readonly bytes: number;
  /** Whether it is code or style of the page itself, not of a worker. */
  readonly isOfPage: boolean;
}

/** What the service worker of one build knows. */
export interface OfflinePlan {
  /** Names this build among others of the page. */
  readonly version: string;
  /** Fetched as soon as the page has loaded: with them every view opens offline. */
  readonly shell: readonly string[];
  /** Kept once they were fetched: workers, engines and data. */
  readonly onDemand: readonly string[];
}

/** Who does not use what a larger file holds need not fetch it. */
const LARGEST_OF_SHELL = 300_000;

/** The page itself: hosts differ in whether they know it as `index.html`. */
const PAGE = './';

export function offlinePlan(files: readonly BuiltFile[], version: string): OfflinePlan {
  const isShell = ({ bytes, isOfPage }: BuiltFile): boolean => isOfPage && bytes <= LARGEST_OF_SHELL;
  const paths = (chosen: readonly BuiltFile[]): readonly string[] =>
    chosen.map(({ path }) => (path === 'index.html' ? PAGE : path)).toSorted();
  return {
    version,
    shell: paths(files.filter(isShell)),
    onDemand: paths(files.filter((file) => !isShell(file))),
  };
}

/** The cache of a build. Pages in other folders of the host have others. */
export function cacheName(scope: string, version: string): string {
  return `${cachePrefix(scope)}${version}`;
}

export function cachePrefix(scope: string): string {
  return `descent-playground ${scope} `;
}

/**
 * What is done about a request: `page` is answered with the page, `kept` from the cache and else from the host, after which it is kept; all else
 * goes to the host.
 */
export function answerFor(
  request: { readonly url: string; readonly method: string; readonly mode: string },
  scope: string,
  { shell, onDemand }: OfflinePlan,
): { readonly from: 'page' | 'kept'; readonly url: string } | { readonly from: 'host' } {
  if (request.method !== 'GET' || !request.url.startsWith(scope)) return { from: 'host' };
  const url = request.url.replace(/[?#].*$/, '');
  const path = url.slice(scope.length);
  if (request.mode === 'navigate') {
    return path === '' || path === 'index.html' ? { from: 'page', url: scope } : { from: 'host' };
  }
  return shell.includes(path) || onDemand.includes(path) ? { from: 'kept', url } : { from: 'host' };
}

/** Whether a host's answer may be kept. Hosts of applications answer for files that are gone with a page. */
export function mayKeep(
  url: string,
  scope: string,
  answer: { readonly status: number; readonly type: string | null },
): boolean {
  return answer.status === 200 && (url === scope || !(answer.type ?? '').includes('text/html'));
}
