import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { redact } from '../src/download/address.ts';
import { isOffline } from '../src/download/environment.ts';
import { addresses, mirrorList } from '../src/download/mirrors.ts';
import { progressMeter } from '../src/download/progress.ts';
import { type DownloadError, dataHome, describeDatasets, mnist, type Progress } from '../src/public/index.ts';
import { folder, rejection } from './helpers.ts';
import { definitionOf, mirror, noise, status } from './mirror.ts';

const definition = definitionOf(noise(3), ['https://publisher.example/a?id=7'], { name: 'toy 1.bin' });
const [file] = definition.files;

function urls(mirrors: readonly string[]): string[] {
  return addresses(definition, file as NonNullable<typeof file>, mirrors);
}

describe('mirrors', () => {
  test('the option is before the environment, and that before the publisher', () => {
    expect(mirrorList(undefined, {})).toEqual(['published']);
    expect(mirrorList(undefined, { DESCENT_MIRRORS: ' https://a.example, published\nhttp://b.example ' })).toEqual([
      'https://a.example',
      'published',
      'http://b.example',
    ]);
    expect(mirrorList(['https://c.example'], { DESCENT_MIRRORS: 'https://a.example' })).toEqual(['https://c.example']);
    expect(mirrorList('https://c.example published', {})).toEqual(['https://c.example', 'published']);
    expect(mirrorList([], { DESCENT_MIRRORS: 'https://a.example' })).toEqual(['published']);
  });

  test('become addresses of the file, in order and once', () => {
    expect(urls(['https://a.example/data/', 'published', 'https://b.example/{set}?f={file}', 'published'])).toEqual([
      'https://a.example/data/toy/toy%201.bin',
      'https://publisher.example/a?id=7',
      'https://b.example/toy?f=toy%201.bin',
    ]);
  });

  test.each(['ftp://a.example', 'file:///x', 'a.example', 'javascript:alert(1)', 'publised'])(
    '%s is refused',
    (entry) => {
      expect(() => mirrorList([entry], {})).toThrow(/mirrors: this is no address of a mirror\n {2}received: '/);
      expect(() => mirrorList(undefined, { DESCENT_MIRRORS: entry })).toThrow('DESCENT_MIRRORS: this is no address');
    },
  );

  test('are asked for every file of a named set, and nobody else is', async () => {
    const server = await mirror(status(404));
    const error = (await rejection(mnist({ root: folder(), download: true, mirrors: server.url }))) as DownloadError;
    expect(error.attempts).toEqual([
      { url: `${server.url}/mnist/train-images-idx3-ubyte.gz`, problem: 'HTTP 404 (not found)' },
    ]);
    expect(error.message).toContain('9912422 bytes with sha256 440fcabf73cc546f');
    vi.stubEnv('DESCENT_MIRRORS', `${server.url}/env`);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    await rejection(mnist({ root: folder(), download: true, train: false }));
    expect(server.requests.at(-1)?.path).toBe('/env/mnist/t10k-images-idx3-ubyte.gz');
  });

  test('are shown without secrets', () => {
    expect(redact('https://anna:secret@a.example/x%20y?token=1')).toBe('https://a.example/x%20y?…');
    expect(redact('no address //u:p@host')).toBe('no address //host');
    expect(redact('https://a.example/100%')).toBe('https://a.example/100%');
  });

  test('of the publishers are http(s), and every file has a hash and a size', () => {
    for (const set of describeDatasets()) {
      expect(set.verified, set.id).toBe(true);
      for (const remote of set.files) {
        expect(remote.sha256, remote.name).toMatch(/^[0-9a-f]{64}$/);
        expect(remote.md5 ?? '0'.repeat(32), remote.name).toMatch(/^[0-9a-f]{32}$/);
        expect(remote.bytes).toBeGreaterThan(0);
        const own = addresses(set, remote, ['published']);
        expect(own.length, set.id).toBeGreaterThan(0);
        for (const url of own) expect(new URL(url).protocol).toMatch(/^https?:$/);
      }
    }
  });
});

describe('the folder of data', () => {
  test('follows the environment', () => {
    expect(dataHome({ DESCENT_DATA_HOME: '/data' }, 'linux')).toBe('/data');
    expect(dataHome({ XDG_CACHE_HOME: '/cache' }, 'linux')).toBe(join('/cache', 'descent', 'datasets'));
    expect(dataHome({ LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'descent', 'datasets'));
    expect(dataHome({}, 'linux')).toBe(join(homedir(), '.cache', 'descent', 'datasets'));
  });

  test('offline mode follows the option, then the environment', () => {
    expect(isOffline(undefined, {})).toBe(false);
    expect(isOffline(undefined, { DESCENT_OFFLINE: '1' })).toBe(true);
    expect(isOffline(undefined, { DESCENT_OFFLINE: 'false' })).toBe(false);
    expect(isOffline(false, { DESCENT_OFFLINE: '1' })).toBe(false);
  });
});

describe('progress', () => {
  test('tells the rate of the last seconds and the time that is left', () => {
    let now = 0;
    const seen: Progress[] = [];
    const meter = progressMeter(
      10_000,
      1_000,
      (progress) => seen.push(progress),
      () => now,
    );
    for (const [at, received] of [
      [1_000, 2_000],
      [1_050, 2_500],
      [2_000, 3_000],
      [20_000, 4_000],
      [21_000, 10_000],
    ] as const) {
      now = at;
      meter(received);
    }
    // The one 50 ms after another is left out.
    expect(seen.map(({ received }) => received)).toEqual([2_000, 3_000, 4_000, 10_000]);
    expect(seen[0]).toEqual({ received: 2_000, total: 10_000, rate: 1_000, remaining: 8 });
    expect(seen[1]?.rate).toBe(1_000);
    expect(seen[2]?.rate).toBeCloseTo(1_000 / 18, 6);
    expect(seen[3]?.remaining).toBe(0);
  });

  test('knows no time without a total', () => {
    const seen: Progress[] = [];
    let now = 0;
    const meter = progressMeter(
      undefined,
      0,
      (progress) => seen.push(progress),
      () => now,
    );
    now = 1_000;
    meter(500);
    expect(seen).toEqual([{ received: 500, total: undefined, rate: 500, remaining: undefined }]);
  });
});
