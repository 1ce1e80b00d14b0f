import type { DownloadEvent, Progress } from '@descent/datasets';
import cliProgress from 'cli-progress';
import { type Io, print } from '../io.ts';
import { fileSize } from './table.ts';
import { columnsOf } from './text.ts';

/** Shows how far downloads are. */
export interface Downloads {
  readonly onProgress: (event: DownloadEvent) => void;
  /** Takes the bar away. */
  readonly clear: () => void;
}

/** Milliseconds between two lines where nothing can be drawn over. */
const LINE_MS = 10_000;
const NAME_WIDTH = 26;
/** Of a line: name, numbers and the spaces between. */
const WITHOUT_BAR = NAME_WIDTH + 46;

/**
 * A bar with rate and remaining time for each file on a terminal; elsewhere a line at its start and end, and one every ten seconds. Warnings about
 * addresses go to the stream for errors, also when `quiet`.
 */
export function createDownloads(io: Io, quiet = false, now: () => number = () => performance.now()): Downloads {
  const { out, err } = io;
  const draws = out.isTerminal && !quiet;
  let bar: cliProgress.SingleBar | null = null;
  let lineAt = Number.NEGATIVE_INFINITY;
  let said = '';
  // Told only when another address is asked: else it is part of the error.
  let failed: { readonly url: string; readonly problem: string } | null = null;

  const clear = (): void => {
    bar?.stop();
    bar = null;
  };
  const say = (text: string): void => {
    clear();
    if (!quiet) print(out, `  ${text}`);
  };
  const sayOnce = (text: string): void => {
    if (said !== text) say(text);
    said = text;
  };
  const warn = (text: string): void => {
    clear();
    print(err, `${err.colors.yellow('warning:')} ${text}`);
  };
  const goOn = (): void => {
    if (failed !== null) warn(`${failed.url}: ${failed.problem}; asking the next address`);
    failed = null;
  };

  const onProgress = (event: DownloadEvent): void => {
    const { file } = event;
    switch (event.type) {
      case 'start': {
        goOn();
        const { resumedAt, total, url } = event;
        const rest = resumedAt > 0 ? `, going on after ${fileSize(resumedAt)}` : '';
        if (!draws) say(`${file}: ${total === undefined ? '' : `${fileSize(total)} `}from ${url}${rest}`);
        else if (resumedAt > 0) say(out.colors.dim(`${file}${rest}`));
        lineAt = now();
        break;
      }
      case 'progress': {
        if (draws) {
          bar ??= started(io, file, event);
          if (event.total === undefined) bar.setTotal(event.received);
          bar.update(event.received, payload(file, event));
        } else if (now() - lineAt >= LINE_MS) {
          lineAt = now();
          say([`${file}: ${amount(event)}`, rate(event), left(event)].filter((part) => part !== '').join(', '));
        }
        break;
      }
      case 'retry':
        goOn();
        warn(`${event.url}: ${event.problem}; trying again in ${(event.waitMs / 1000).toFixed(1)} s`);
        break;
      case 'mirror-failed':
        goOn();
        failed = event;
        break;
      case 'waiting': {
        const who = event.pid === undefined ? 'another process' : `process ${event.pid} on ${event.host}`;
        sayOnce(`${file}: ${who} is fetching it; waiting`);
        break;
      }
      case 'unpack':
        sayOnce(`${file}: unpacking`);
        break;
      case 'done':
        say(
          `${out.colors.green('fetched')} ${file}${event.firstUse ? `; no hash is published, noted was sha256 ${event.hash}` : ''}`,
        );
        break;
    }
  };
  return { onProgress, clear };
}

function started({ out }: Io, file: string, progress: Progress): cliProgress.SingleBar {
  const bar = new cliProgress.SingleBar(
    {
      stream: out.stream as NodeJS.WriteStream,
      format: `  {name}  ${out.colors.cyan('{bar}')}  {amount}  {rate}  {left}`,
      barsize: Math.max(4, Math.min(30, columnsOf(out) - WITHOUT_BAR)),
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
      stopOnComplete: false,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(progress.total ?? progress.received, progress.received, payload(file, progress));
  return bar;
}

function payload(file: string, progress: Progress): object {
  // The ends of the names tell the files of a set apart.
  const name = file.length > NAME_WIDTH ? `…${file.slice(1 - NAME_WIDTH)}` : file.padEnd(NAME_WIDTH);
  return { name, amount: amount(progress), rate: rate(progress), left: left(progress) };
}

/** `12.3 of 26.4 MB`. */
function amount({ received, total }: Progress): string {
  if (total === undefined) return fileSize(received);
  const whole = fileSize(total);
  return total < 1e6 ? `${fileSize(received)} of ${whole}` : `${(received / 1e6).toFixed(1)} of ${whole}`;
}

function rate(progress: Progress): string {
  return progress.rate > 0 ? `${fileSize(Math.round(progress.rate))}/s` : '';
}

/** `7 s left`, `2:05 left`, `1 h 20 min left`. */
function left({ remaining }: Progress): string {
  if (remaining === undefined) return '';
  const seconds = Math.ceil(remaining);
  if (seconds < 60) return `${seconds} s left`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${String(seconds % 60).padStart(2, '0')} left`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}
