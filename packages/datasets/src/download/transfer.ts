import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, type FileSystem, type Lock, nodeFileSystem, writeAtomically } from '@descent/files';
import type { RemoteFile } from '../definition.ts';
import { DataFileError, DownloadError, type FailedAttempt } from '../errors.ts';
import { accept } from './accept.ts';
import { redact } from './address.ts';
import { exists, localError } from './file-system.ts';
import { openPart, type PartFile, removePart } from './part.ts';
import { expectedHash, type Pinned } from './pinned.ts';
import { type DownloadEvent, progressMeter } from './progress.ts';
import { type Answer, RequestProblem, request } from './request.ts';

/** How to fetch, with the defaults of `resolveTransfer`. */
export interface TransferOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: DownloadEvent) => void) | undefined;
  /** The longest silence of a server, in milliseconds. Default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Further tries of one address that bring nothing new. Default 2. */
  readonly retries?: number | undefined;
  /** The wait before the first of them; it doubles. Default 500 ms. */
  readonly retryWaitMs?: number | undefined;
  /** The most bytes of a file whose size is not known. Default 4 GiB. */
  readonly limit?: number | undefined;
  readonly fs?: FileSystem | undefined;
}

export interface Task {
  /** The id of the data set. */
  readonly set: string;
  readonly file: RemoteFile;
  readonly urls: readonly string[];
  /** The path that the complete file gets. */
  readonly destination: string;
}

type Transfer = {
  readonly [K in Exclude<keyof TransferOptions, 'signal'>]-?: Exclude<TransferOptions[K], undefined>;
} & {
  readonly signal: AbortSignal | undefined;
};

const MAX_TRIES = 20;
const MAX_WAIT_MS = 30_000;

/**
 * Fetches one file into `task.destination`, from the first address that has it, going on where an earlier try stopped. The caller holds `lock`.
 * The file appears under its name complete and checked, or not at all.
 * @throws DownloadError when every address failed, DataFileError when the disk is the trouble, the signal's reason when aborted.
 */
export async function transferFile(task: Task, lock: Lock, options: TransferOptions): Promise<void> {
  const { file, destination } = task;
  const transfer = withDefaults(options);
  const { fs, onProgress } = transfer;
  const pinned = await expectedHash(task, fs);
  const part = await openPart(destination, lock, pinned.algorithm, fs);
  const failed: FailedAttempt[] = [];
  try {
    await checkSpace(task, part.bytes, fs);
    for (const url of task.urls) {
      const problem = await fromAddress(url, task, part, pinned, transfer, failed);
      if (problem === undefined) {
        const hash = part.digest();
        await finish(task, part, hash, pinned, fs);
        onProgress({
          set: task.set,
          file: file.name,
          type: 'done',
          path: destination,
          hash,
          firstUse: pinned.firstUse,
        });
        return;
      }
      onProgress({ set: task.set, file: file.name, type: 'mirror-failed', url: redact(url), problem });
    }
  } finally {
    await part.close();
  }
  throw new DownloadError(`${file.name} could not be fetched from any address`, {
    file: destination,
    attempts: failed,
    received: summary(task.urls, failed),
    expected: `${file.bytes > 0 ? `${file.bytes} bytes` : 'the file'}${pinned.hash === undefined ? '' : ` with ${pinned.algorithm} ${pinned.hash}`}`,
    fix: `check the network; or name other addresses with the mirrors option or DESCENT_MIRRORS; or put the file there by hand, as ${destination}`,
  });
}

/** Tries one address until it gives the whole file; returns what was wrong with it otherwise. */
async function fromAddress(
  url: string,
  task: Task,
  part: PartFile,
  pinned: Pinned,
  transfer: Transfer,
  failed: FailedAttempt[],
): Promise<string | undefined> {
  const { set, file } = task;
  let failures = 0;
  for (let tries = 1; ; tries++) {
    const before = part.bytes;
    try {
      await attempt(url, task, part, pinned, transfer);
      return undefined;
    } catch (error) {
      if (!(error instanceof RequestProblem)) throw error;
      failed.push({ url: redact(url), problem: error.message });
      // A connection that breaks now and then but brings something each time gets there in the end.
      failures = part.bytes > before ? 1 : failures + 1;
      if (!error.retry || failures > transfer.retries || tries >= MAX_TRIES) return error.message;
      const waitMs = Math.min(error.waitMs ?? transfer.retryWaitMs * 2 ** (failures - 1), MAX_WAIT_MS);
      transfer.onProgress({ set, file: file.name, type: 'retry', url: redact(url), problem: error.message, waitMs });
      await pause(waitMs, transfer.signal);
    }
  }
}

/** One request; the part is complete and has the right hash when it returns. */
async function attempt(url: string, task: Task, part: PartFile, pinned: Pinned, transfer: Transfer): Promise<void> {
  const { file } = task;
  const known = file.bytes > 0 ? file.bytes : undefined;
  if (known !== undefined && part.bytes > known) await part.reset();
  // Without a hash, only the same file from the same place can be gone on with.
  if (part.bytes > 0 && pinned.hash === undefined && part.origin?.url !== url) await part.reset();
  if (known === undefined || part.bytes < known || pinned.hash === undefined) {
    const answer = await request(url, {
      from: part.bytes,
      ifRange: pinned.hash === undefined ? part.origin?.validator : undefined,
      timeoutMs: transfer.timeoutMs,
      signal: transfer.signal,
      allowDowngrade: pinned.hash !== undefined,
    });
    try {
      await receive(answer, url, task, part, transfer);
    } finally {
      answer.close();
    }
  }
  const hash = part.digest();
  if (pinned.hash === undefined || hash === pinned.hash) return;
  const { resumed } = part;
  await part.reset();
  // Bytes of an earlier try may be to blame, so this address gets a fresh one.
  throw new RequestProblem(`its ${pinned.algorithm} is ${hash}, not that of the file`, { retry: resumed });
}

/** Appends the body of an answer to the part, and checks the lengths. */
async function receive(answer: Answer, url: string, task: Task, part: PartFile, transfer: Transfer): Promise<void> {
  const { set, file } = task;
  const known = file.bytes > 0 ? file.bytes : undefined;
  const total = await accept(answer, url, part, known);
  const limit = known ?? transfer.limit;
  transfer.onProgress({ set, file: file.name, type: 'start', url: redact(url), resumedAt: part.bytes, total });
  const meter = progressMeter(total, part.bytes, (progress) =>
    transfer.onProgress({ set, file: file.name, type: 'progress', ...progress }),
  );
  for await (const chunk of answer.body) {
    if (part.bytes + chunk.length > limit) {
      await part.reset();
      throw new RequestProblem(`it sends more than ${limit} bytes`, { retry: false });
    }
    await part.append(chunk);
    meter(part.bytes);
  }
  if (total !== undefined && part.bytes < total) {
    throw new RequestProblem(`the transfer stopped after ${part.bytes} of ${total} bytes`, { retry: true });
  }
}

/** Moves the complete part to its name. */
async function finish(task: Task, part: PartFile, hash: string, pinned: Pinned, fs: FileSystem): Promise<void> {
  const { destination } = task;
  await part.sync();
  try {
    if (pinned.firstUse) {
      await writeAtomically(`${destination}.sha256`, `${hash}  ${basename(destination)}\n`, { fs });
    }
    await fs.rename(part.path, destination);
  } catch (error) {
    // Somebody took this process for dead and its part over; when they were done, nothing is left to do.
    if (codeOf(error) === 'ENOENT' && (await exists(fs, destination))) return;
    throw localError(error, destination, 'moving the complete file to its name');
  }
  await removePart(part.path, fs);
}

async function checkSpace({ file, destination }: Task, have: number, fs: FileSystem): Promise<void> {
  const needed = file.bytes - have + (file.archive?.unpackedBytes ?? 0);
  const disk = await fs.statfs(dirname(destination)).catch(() => undefined);
  if (disk === undefined || disk.blocks === 0) return;
  const free = disk.bavail * disk.bsize;
  if (needed <= free) return;
  throw new DataFileError('the disk has too little room', {
    file: destination,
    received: `${free} bytes free`,
    expected: `${needed} bytes for the rest of the file${file.archive === undefined ? '' : ' and what is unpacked from it'}`,
    fix: 'free some space, or choose another folder with the root option or DESCENT_DATA_HOME',
  });
}

/** The last problem of each address, which is the one to solve. */
function summary(urls: readonly string[], failed: readonly FailedAttempt[]): string {
  const lines = urls.map((url) => {
    const shown = redact(url);
    const own = failed.filter((attempt) => attempt.url === shown);
    return `${shown}: ${own.at(-1)?.problem ?? 'not tried'}${own.length > 1 ? ` (${own.length} tries)` : ''}`;
  });
  return lines.length === 0 ? 'no address at all' : lines.join('\n            ');
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}

function withDefaults(options: TransferOptions): Transfer {
  return {
    signal: options.signal,
    onProgress: options.onProgress ?? (() => {}),
    timeoutMs: options.timeoutMs ?? 30_000,
    retries: options.retries ?? 2,
    retryWaitMs: options.retryWaitMs ?? 500,
    limit: options.limit ?? 4 * 2 ** 30,
    fs: options.fs ?? nodeFileSystem,
  };
}
