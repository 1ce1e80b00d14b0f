import type { DatasetDefinition, RemoteFile } from '../definition.ts';
import { redact } from '../download/address.ts';
import type { EnsureOptions } from '../download/ensure.ts';
import { addresses } from '../download/mirrors.ts';
import { progressMeter } from '../download/progress.ts';
import { DataFileError, DownloadError, type FailedAttempt } from '../errors.ts';
import { AddressError, fetchBytes } from '../sources/fetched.ts';
import { sha256 } from './hash.ts';

/** A file in memory and its SHA-256. */
interface Fetched {
  readonly bytes: Uint8Array;
  readonly hash: string;
}

const MAX_WAIT_MS = 30_000;

/**
 * Fetches one file of a set from the first address that has it, and checks its size and hash.
 * @throws DownloadError when every address failed, the signal's reason when aborted.
 */
export async function fetchedFile(
  definition: DatasetDefinition,
  file: RemoteFile,
  mirrors: readonly string[],
  options: EnsureOptions,
): Promise<Fetched> {
  const { retries = 2, retryWaitMs = 500, onProgress, signal } = options;
  const about = { set: definition.id, file: file.name };
  const urls = addresses(definition, file, mirrors);
  const failed: FailedAttempt[] = [];
  for (const url of urls) {
    for (let tries = 0; ; tries++) {
      try {
        const fetched = await attempt(url, definition, file, options);
        const firstUse = file.sha256 === undefined;
        onProgress?.({
          ...about,
          type: 'done',
          path: `${definition.folder}/${file.name}`,
          hash: fetched.hash,
          firstUse,
        });
        return fetched;
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof DataFileError)) throw error;
        const problem = [error.summary, error.details.received, error.details.fix].filter(Boolean).join('; ');
        failed.push({ url: redact(url), problem });
        // What an address answered stays so; a connection that broke may hold the next time.
        if (tries >= retries || !(error instanceof AddressError && error.isPassing)) {
          onProgress?.({ ...about, type: 'mirror-failed', url: redact(url), problem });
          break;
        }
        const waitMs = Math.min(retryWaitMs * 2 ** tries, MAX_WAIT_MS);
        onProgress?.({ ...about, type: 'retry', url: redact(url), problem, waitMs });
        await pause(waitMs, signal);
      }
    }
  }
  throw new DownloadError(`${file.name} could not be fetched from any address`, {
    file: file.name,
    attempts: failed,
    received: failed.map(({ url, problem }) => `${url}: ${problem}`).join('\n            ') || 'no address at all',
    expected: `${file.bytes > 0 ? `${file.bytes} bytes` : 'the file'}${file.sha256 === undefined ? '' : ` with sha256 ${file.sha256}`}`,
    fix: `check the network; or put the file beside the page, as data/${definition.id}/${file.name}, and pass mirrors: '/data'`,
  });
}

/** One request; the file is complete and has the right hash when it returns. */
async function attempt(
  url: string,
  { id }: DatasetDefinition,
  file: RemoteFile,
  { onProgress, signal, timeoutMs = 30_000, limit = 2 ** 31 - 1 }: EnsureOptions,
): Promise<Fetched> {
  const about = { set: id, file: file.name };
  const most = file.bytes > 0 && file.content === undefined ? file.bytes : limit;
  let meter: ((received: number) => void) | undefined;
  const bytes = await fetchBytes(url, most, {
    signal,
    timeoutMs,
    // What is kept by the page need not be kept a second time.
    cache: 'no-store',
    onStart(length) {
      const total = length ?? (file.bytes > 0 ? file.bytes : undefined);
      onProgress?.({ ...about, type: 'start', url: redact(url), resumedAt: 0, total });
      meter = progressMeter(total, 0, (progress) => onProgress?.({ ...about, type: 'progress', ...progress }));
    },
    onBytes: (received) => meter?.(received),
  });
  const hash = await sha256(bytes);
  // A server that says of a .gz file that it is packed on the way gives what is in it.
  const isRight = file.sha256 === undefined ? true : hash === file.sha256 || hash === file.content;
  if (isRight) return { bytes, hash };
  throw new DataFileError('this is not the file that the publisher offers', {
    file: redact(url),
    received: `${bytes.length} bytes with sha256 ${hash}`,
    expected: `${file.bytes} bytes with sha256 ${file.sha256}`,
  });
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
