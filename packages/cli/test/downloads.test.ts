import type { DownloadEvent } from '@descent/datasets';
import { describe, expect, test } from 'vitest';
import type { Io } from '../src/io.ts';
import { createDownloads } from '../src/ui/downloads.ts';
import { wrapped } from '../src/ui/text.ts';
import { capture } from './helpers.ts';

type Without<E> = E extends unknown ? Omit<E, 'set' | 'file'> : never;

function shown(isTerminal: boolean, quiet = false) {
  const [out, err] = [capture(isTerminal), capture(isTerminal)];
  Object.assign(out.output.stream, { columns: 80 });
  const io: Io = { out: out.output, err: err.output, cwd: '/', cache: '/', signal: new AbortController().signal };
  let now = 0;
  const { onProgress, clear } = createDownloads(io, quiet, () => now);
  return {
    out: out.text,
    err: err.text,
    clear,
    at(ms: number) {
      now = ms;
    },
    send(event: Without<DownloadEvent>, file = 'a.gz') {
      onProgress({ set: 'toy', file, ...event } as DownloadEvent);
    },
  };
}

const START = { type: 'start', url: 'http://a.example/a.gz', resumedAt: 0, total: 26_421_880 } as const;
const HALF = { type: 'progress', received: 12_300_000, total: 26_421_880, rate: 3_200_000, remaining: 4.4 } as const;

describe('without a terminal', () => {
  test('a line is printed now and then', () => {
    const { send, at, out } = shown(false);
    send(START);
    at(9_999);
    send(HALF);
    expect(out()).toBe('  a.gz: 26.4 MB from http://a.example/a.gz\n');
    at(10_000);
    send(HALF);
    send(HALF);
    at(20_000);
    send({ ...HALF, rate: 0, remaining: undefined });
    expect(out().split('\n').slice(1)).toEqual([
      '  a.gz: 12.3 of 26.4 MB, 3.2 MB/s, 5 s left',
      '  a.gz: 12.3 of 26.4 MB',
      '',
    ]);
  });

  test.each([
    [59.2, '1:00 left'],
    [125, '2:05 left'],
    [3_600 + 20 * 60, '1 h 20 min left'],
  ])('%d seconds are left', (remaining, text) => {
    const { send, at, out } = shown(false);
    at(60_000);
    send({ ...HALF, remaining });
    expect(out()).toContain(`, ${text}\n`);
  });

  test('a file of unknown size, and one whose hash is noted at first', () => {
    const { send, at, out } = shown(false);
    send({ ...START, total: undefined, resumedAt: 1_500_000 });
    at(10_000);
    send({ ...HALF, total: undefined, remaining: undefined });
    send({ type: 'done', path: '/a.gz', hash: 'abc', firstUse: true });
    expect(out().split('\n')).toEqual([
      '  a.gz: from http://a.example/a.gz, going on after 1.5 MB',
      '  a.gz: 12.3 MB, 3.2 MB/s',
      '  fetched a.gz; no hash is published, noted was sha256 abc',
      '',
    ]);
  });

  test('waiting and unpacking are told once', () => {
    const { send, out } = shown(false);
    for (let i = 0; i < 3; i++) send({ type: 'waiting', pid: 12, host: 'here' });
    for (const member of ['x', 'y']) send({ type: 'unpack', member });
    send({ type: 'waiting', pid: undefined, host: undefined });
    expect(out()).toBe(
      '  a.gz: process 12 on here is fetching it; waiting\n  a.gz: unpacking\n  a.gz: another process is fetching it; waiting\n',
    );
  });
});

describe('on a terminal', () => {
  test('a bar with rate and remaining time fits into 80 characters', () => {
    const { send, out } = shown(true);
    send(START, 'qmnist-train-images-idx3-ubyte.gz');
    send(HALF, 'qmnist-train-images-idx3-ubyte.gz');
    // Without what moves the cursor.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are control sequences
    const line = out().replace(/\u001b(\[[?\d]*[A-Za-z]|\d)/g, '');
    expect(line).toBe('  …rain-images-idx3-ubyte.gz  ████░░░░  12.3 of 26.4 MB  3.2 MB/s  5 s left');
  });

  test('the bar is taken away at the end of a file', () => {
    const { send, out, clear } = shown(true);
    send(START);
    send(HALF);
    send({ type: 'done', path: '/a.gz', hash: 'abc', firstUse: false });
    expect(out().endsWith('  fetched a.gz\n')).toBe(true);
    const { length } = out();
    clear();
    expect(out().length).toBe(length);
  });
});

describe('warnings', () => {
  test('go to the stream for errors, also when quiet', () => {
    const { send, out, err } = shown(false, true);
    send({ type: 'retry', url: 'http://a.example/a.gz', problem: 'HTTP 503', waitMs: 500 });
    send({ type: 'mirror-failed', url: 'http://a.example/a.gz', problem: 'HTTP 503' });
    send({ ...START, url: 'http://b.example/a.gz' });
    send({ type: 'done', path: '/a.gz', hash: 'abc', firstUse: false });
    expect(out()).toBe('');
    expect(err().split('\n')).toEqual([
      'warning: http://a.example/a.gz: HTTP 503; trying again in 0.5 s',
      'warning: http://a.example/a.gz: HTTP 503; asking the next address',
      '',
    ]);
  });

  test('leave the last address to the error', () => {
    const { send, err } = shown(false);
    send({ type: 'mirror-failed', url: 'http://a.example/a.gz', problem: 'HTTP 404' });
    send({ type: 'mirror-failed', url: 'http://b.example/a.gz', problem: 'HTTP 404' });
    expect(err()).toBe('warning: http://a.example/a.gz: HTTP 404; asking the next address\n');
  });
});

test('wrapped breaks at spaces only', () => {
  expect(wrapped('one two three abcdefghij', 8, 2)).toBe('one two\n  three\n  abcdefghij');
});
