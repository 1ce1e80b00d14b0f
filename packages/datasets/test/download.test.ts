import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { nodeFileSystem } from '@descent/files';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  DataFileError,
  type DatasetDefinition,
  DownloadError,
  type DownloadEvent,
  type EnsureOptions,
  ensureFiles,
  type FileSystem,
} from '../src/public/index.ts';
import { folder, rejection } from './helpers.ts';
import { breakSoon, cutting, definitionOf, mirror, noise, serving, sha256, status, takenSome } from './mirror.ts';

const BYTES = noise(200_000);
const FAST = { retryWaitMs: 1, timeoutMs: 15_000, lock: { pollMs: 5 } } as const;

function fetchInto(root: string, definition: DatasetDefinition, options: Partial<EnsureOptions> = {}) {
  return ensureFiles(definition, 'train', {
    root,
    download: true,
    ...FAST,
    ...options,
    onProgress: (event) => {
      options.onProgress?.(event);
      if (event.type === 'progress') takenSome();
    },
  });
}

/** The data file, and nothing beside it: no part, no lock. */
function expectComplete(root: string, bytes: Uint8Array = BYTES): void {
  const raw = join(root, 'Toy', 'raw');
  expect(readdirSync(raw)).toEqual(['toy.bin']);
  expect(Buffer.compare(readFileSync(join(raw, 'toy.bin')), bytes)).toBe(0);
}

function expectAbsent(root: string): void {
  const raw = join(root, 'Toy', 'raw');
  const names = existsSync(raw) ? readdirSync(raw) : [];
  expect(names.filter((name) => !name.includes('.part'))).toEqual([]);
}

describe('a download', () => {
  test('gives the file under its name, with events, and is not repeated', async () => {
    const server = await mirror(serving(BYTES));
    const root = folder();
    const events: DownloadEvent[] = [];
    const definition = definitionOf(BYTES, [`${server.url}/toy.bin`]);
    const paths = await fetchInto(root, definition, { onProgress: (event) => events.push(event) });
    expect(paths.get('data')).toBe(join(root, 'Toy', 'raw', 'toy.bin'));
    expectComplete(root);
    expect(events[0]).toEqual({
      set: 'toy',
      file: 'toy.bin',
      type: 'start',
      url: `${server.url}/toy.bin`,
      resumedAt: 0,
      total: BYTES.length,
    });
    expect(events.at(-2)).toMatchObject({ type: 'progress', received: BYTES.length, remaining: 0 });
    expect(events.at(-1)).toMatchObject({ type: 'done', hash: sha256(BYTES), firstUse: false });
    await fetchInto(root, definition);
    expect(server.requests.length).toBe(1);
  });

  test('is refused without download: true, with what to do', async () => {
    const root = folder();
    const error = await rejection(fetchInto(root, definitionOf(BYTES, []), { download: false }));
    expect(error).toBeInstanceOf(DataFileError);
    expect(error.message).toContain('Toy: the data file is missing');
    expect(error.message).toContain('fix: pass download: true, which fetches 1 MB');
  });

  test('is refused offline, but what is there is used', async () => {
    const root = folder();
    const server = await mirror(serving(BYTES));
    const definition = definitionOf(BYTES, [`${server.url}/toy.bin`]);
    const error = await rejection(fetchInto(root, definition, { offline: true }));
    expect(error).toBeInstanceOf(DownloadError);
    expect(error.message).toContain('downloads are switched off');
    expect(error.message).toContain('toy.bin (200000 bytes)');
    vi.stubEnv('DESCENT_OFFLINE', '1');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect((await rejection(fetchInto(root, definition))).message).toContain('DESCENT_OFFLINE');
    await fetchInto(root, definition, { offline: false });
    await fetchInto(root, definition, { offline: true });
    expect(server.requests.length).toBe(1);
  });

  test('takes the next mirror when one lacks the file, and says so', async () => {
    const bad = await mirror(status(404));
    const good = await mirror(serving(BYTES));
    const root = folder();
    const events: DownloadEvent[] = [];
    await fetchInto(root, definitionOf(BYTES, [`${bad.url}/a`, `${good.url}/b`]), {
      onProgress: (e) => events.push(e),
    });
    expectComplete(root);
    expect(bad.requests.length).toBe(1);
    expect(events).toContainEqual({
      set: 'toy',
      file: 'toy.bin',
      type: 'mirror-failed',
      url: `${bad.url}/a`,
      problem: 'HTTP 404 (not found)',
    });
  });

  test.each([
    ['404', status(404), 'HTTP 404 (not found)', 1],
    ['403', status(403), 'HTTP 403 (forbidden)', 1],
    ['500', status(500), 'HTTP 500 (an error of the server) (3 tries)', 3],
    ['204', status(204), 'HTTP 204', 1],
    ['a wrong hash', serving(noise(BYTES.length, 2)), `its sha256 is ${sha256(noise(BYTES.length, 2))}, not that`, 1],
    ['a file of another length', serving(BYTES.subarray(1)), 'its file has 199999 bytes, not 200000', 1],
    ['a web page', serving(BYTES, { 'content-type': 'text/html; charset=utf-8' }), 'it answers with a web page', 1],
    ['compression on the way', serving(BYTES, { 'content-encoding': 'br' }), 'it compresses on the way (br)', 1],
  ])('%s is an error that names the mirror and the next step', async (_, handler, problem, requests) => {
    const server = await mirror(handler);
    const root = folder();
    const error = (await rejection(fetchInto(root, definitionOf(BYTES, [`${server.url}/toy.bin`])))) as DownloadError;
    expect(error).toBeInstanceOf(DownloadError);
    expect(error.message).toContain(`${server.url}/toy.bin: ${problem}`);
    expect(error.message).toContain(`expected: 200000 bytes with sha256 ${sha256(BYTES)}`);
    expect(error.message).toMatch(
      /fix: check the network; or name other addresses with the mirrors option or DESCENT_MIRRORS; or put/,
    );
    expect(error.attempts.length).toBe(requests);
    expect(server.requests.length).toBe(requests);
    expectAbsent(root);
  });

  test('more bytes than announced are not taken', async () => {
    // No length, so that only counting tells.
    const server = await mirror((_, response) => {
      response.writeHead(200);
      response.end(Buffer.concat([BYTES, Buffer.alloc(50)]));
    });
    const root = folder();
    const error = await rejection(fetchInto(root, definitionOf(BYTES, [`${server.url}/x`])));
    expect(error.message).toContain('it sends more than 200000 bytes');
    expectAbsent(root);
    expect(readdirSync(join(root, 'Toy', 'raw'))).toEqual([]);
  });

  test('a connection refused, and a server that closes at once, are told apart from a wrong file', async () => {
    const socket = createServer((connection) => connection.destroy());
    await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      socket.close();
    });
    const address = socket.address() as { port: number };
    const root = folder();
    const urls = [`http://127.0.0.1:${address.port}/x`, 'http://127.0.0.1:1/x'];
    const error = await rejection(fetchInto(root, definitionOf(BYTES, urls)));
    expect(error.message).toMatch(new RegExp(`127\\.0\\.0\\.1:${address.port}/x: .*connection broke.*\\(3 tries\\)`));
    expect(error.message).toMatch(/127\.0\.0\.1:1\/x: .+/);
  });

  test('a server that says nothing is given up on, in its answer and in the middle', async () => {
    const silent = await mirror(() => {});
    const stalling = await mirror((_, response) => {
      response.writeHead(200, { 'content-length': String(BYTES.length) });
      response.write(BYTES.subarray(0, 100));
    });
    const root = folder();
    const error = await rejection(
      fetchInto(root, definitionOf(BYTES, [`${silent.url}/x`, `${stalling.url}/x`]), { timeoutMs: 700, retries: 0 }),
    );
    expect(error.message).toContain(`${silent.url}/x: no answer for 0.7 s`);
    expect(error.message).toContain(`${stalling.url}/x: the transfer stood still for 0.7 s`);
    expectAbsent(root);
  });

  test('a slow server is waited for as long as it goes on', async () => {
    const small = noise(2_000);
    const server = await mirror((_, response) => {
      response.writeHead(200, { 'content-length': '2000' });
      let at = 0;
      const timer = setInterval(() => {
        response.write(small.subarray(at, at + 200));
        at += 200;
        if (at >= 2000) {
          clearInterval(timer);
          response.end();
        }
      }, 100);
    });
    const root = folder();
    const rates: number[] = [];
    await fetchInto(root, definitionOf(small, [`${server.url}/x`]), {
      timeoutMs: 800,
      onProgress: (event) => {
        if (event.type === 'progress' && event.received < 2000) rates.push(event.remaining ?? Number.NaN);
      },
    });
    expectComplete(root, small);
    expect(rates.some((seconds) => seconds > 0 && Number.isFinite(seconds))).toBe(true);
  });
});

describe('a broken transfer', () => {
  test('goes on where it stopped', async () => {
    const cut = cutting(BYTES, 70_000);
    const server = await mirror((request, response, count) =>
      (count < 3 ? cut : serving(BYTES))(request, response, count),
    );
    const root = folder();
    await fetchInto(root, definitionOf(BYTES, [`${server.url}/x`]));
    expectComplete(root);
    const starts = server.requests.map(({ range }) => Number(/\d+/.exec(range ?? '0')?.[0]));
    expect(starts[0]).toBe(0);
    expect(starts[1]).toBeGreaterThan(0);
    expect(starts[2]).toBeGreaterThan(starts[1] as number);
  });

  test('goes on from another mirror, since the hash is checked in the end', async () => {
    const first = await mirror(cutting(BYTES, 120_000));
    const second = await mirror(serving(BYTES));
    const root = folder();
    await fetchInto(root, definitionOf(BYTES, [`${first.url}/x`, `${second.url}/x`]), { retries: 0 });
    expectComplete(root);
    expect(second.requests[0]?.range).toMatch(/^bytes=[1-9]\d*-$/);
  });

  test('begins anew where ranges are not supported', async () => {
    const server = await mirror((request, response, count) => {
      if (count === 1) return cutting(BYTES, 50_000)(request, response, count);
      response.writeHead(200, { 'content-length': String(BYTES.length) }).end(BYTES);
    });
    const root = folder();
    await fetchInto(root, definitionOf(BYTES, [`${server.url}/x`]));
    expectComplete(root);
    expect(server.requests.length).toBe(2);
  });

  test.each([
    ['416', status(416)],
    [
      'another range than asked for',
      ((_, response) => {
        response.writeHead(206, { 'content-range': `bytes 5-10/${BYTES.length}` }).end('xxxxxx');
      }) satisfies Parameters<typeof mirror>[0],
    ],
  ])('begins anew after %s', async (_, odd) => {
    const server = await mirror((request, response, count) => {
      if (count === 1) return cutting(BYTES, 50_000)(request, response, count);
      return (request.headers.range === undefined ? serving(BYTES) : odd)(request, response, count);
    });
    const root = folder();
    await fetchInto(root, definitionOf(BYTES, [`${server.url}/x`]));
    expectComplete(root);
  });

  test('whose first half was of another file is fetched again as a whole, from the same mirror', async () => {
    const other = noise(BYTES.length, 9);
    const server = await mirror((request, response, count) =>
      (count === 1 ? cutting(other, 90_000) : serving(BYTES))(request, response, count),
    );
    const root = folder();
    await fetchInto(root, definitionOf(BYTES, [`${server.url}/x`]));
    expectComplete(root);
    expect(server.requests.map(({ range }) => range !== undefined)).toEqual([false, true, false]);
  });

  test('that never gets anywhere ends', async () => {
    const server = await mirror(cutting(BYTES, 1));
    const root = folder();
    const error = await rejection(fetchInto(root, definitionOf(BYTES, [`${server.url}/x`])));
    expect(error.message).toMatch(/the connection broke .*\(\d+ tries\)|the transfer stopped after/);
    expect(server.requests.length).toBeLessThanOrEqual(20);
    expectAbsent(root);
  });

  test('leaves its part, which the next call goes on with', async () => {
    const server = await mirror((request, response, count) =>
      (count === 1 ? cutting(BYTES, 150_000) : serving(BYTES))(request, response, count),
    );
    const root = folder();
    const definition = definitionOf(BYTES, [`${server.url}/x`]);
    await rejection(fetchInto(root, definition, { retries: 0 }));
    expectAbsent(root);
    const resumed: number[] = [];
    await fetchInto(root, definition, { onProgress: (e) => e.type === 'start' && resumed.push(e.resumedAt) });
    expectComplete(root);
    expect(resumed[0]).toBeGreaterThan(0);
  });

  test('that was complete but not renamed needs no request', async () => {
    const root = folder();
    mkdirSync(join(root, 'Toy', 'raw'), { recursive: true });
    writeFileSync(join(root, 'Toy', 'raw', 'toy.bin.dead.part'), BYTES);
    await fetchInto(root, definitionOf(BYTES, ['http://127.0.0.1:1/x']));
    expectComplete(root);
  });

  test('is stopped by a signal, and goes on later', async () => {
    const server = await mirror((request, response, count) => {
      if (count > 1) return serving(BYTES)(request, response, count);
      response.writeHead(200, { 'content-length': String(BYTES.length) });
      response.write(BYTES.subarray(0, 100_000));
    });
    const root = folder();
    const controller = new AbortController();
    const definition = definitionOf(BYTES, [`${server.url}/x`]);
    const reason = new Error('enough');
    const error = await rejection(
      fetchInto(root, definition, {
        signal: controller.signal,
        onProgress: (event) => event.type === 'progress' && controller.abort(reason),
      }),
    );
    expect(error).toBe(reason);
    expectAbsent(root);
    await fetchInto(root, definition);
    expectComplete(root);
    expect(server.requests[1]?.range).toBeDefined();
  });
});

describe('redirects', () => {
  test('are followed', async () => {
    const target = await mirror(serving(BYTES));
    const server = await mirror((request, response) => {
      response.writeHead(302, { location: request.url === '/a' ? '/b' : `${target.url}/real` }).end();
    });
    const root = folder();
    await fetchInto(root, definitionOf(BYTES, [`${server.url}/a`]));
    expectComplete(root);
  });

  test.each([
    ['a loop', (count: number) => (count % 2 ? '/b' : '/a'), 'it redirects in a circle'],
    ['too many', (count: number) => `/${count}`, 'it redirects more than 5 times'],
    ['a file', () => 'file:///etc/passwd', 'it redirects to something that is not http(s)'],
    ['ftp', () => 'ftp://127.0.0.1/x', 'it redirects to something that is not http(s)'],
  ])('to %s are not', async (_, location, problem) => {
    const server = await mirror((_request, response, count) => {
      response.writeHead(301, { location: location(count) }).end();
    });
    const root = folder();
    const error = await rejection(fetchInto(root, definitionOf(BYTES, [`${server.url}/a`])));
    expect(error.message).toContain(problem);
    expect(server.requests.length).toBeLessThan(8);
  });

  test('do not take a password to another server', async () => {
    const target = await mirror(serving(BYTES));
    const server = await mirror((_, response) => {
      response.writeHead(307, { location: `${target.url}/real` }).end();
    });
    const root = folder();
    const events: DownloadEvent[] = [];
    const withPassword = server.url.replace('http://', 'http://anna:secret%21@');
    await fetchInto(root, definitionOf(BYTES, [`${withPassword}/a?token=hidden`]), {
      onProgress: (e) => events.push(e),
    });
    expect(server.requests[0]?.authorization).toBe(`Basic ${Buffer.from('anna:secret!').toString('base64')}`);
    expect(target.requests[0]?.authorization).toBeUndefined();
    expect(JSON.stringify(events)).not.toMatch(/secret|hidden/);
  });

  test('passwords and tokens are not in errors', async () => {
    const server = await mirror(status(401));
    const url = `${server.url.replace('http://', 'http://anna:secret@')}/a?token=hidden`;
    const error = (await rejection(fetchInto(folder(), definitionOf(BYTES, [url])))) as DownloadError;
    expect(error.message).toContain('HTTP 401 (a user name and password are needed)');
    expect(`${error.message} ${JSON.stringify(error.attempts)}`).not.toMatch(/secret|hidden/);
  });
});

describe('a file without a published hash', () => {
  const definition = (url: string): DatasetDefinition => {
    const base = definitionOf(BYTES, [url]);
    return { ...base, files: base.files.map(({ sha256: _, ...file }) => file) };
  };

  test('is noted at the first use, and demanded from then on', async () => {
    let bytes = BYTES;
    const server = await mirror((request, response, count) => serving(bytes)(request, response, count));
    const root = folder();
    const events: DownloadEvent[] = [];
    await fetchInto(root, definition(`${server.url}/x`), { onProgress: (e) => events.push(e) });
    expect(events.at(-1)).toMatchObject({ type: 'done', firstUse: true, hash: sha256(BYTES) });
    const raw = join(root, 'Toy', 'raw');
    expect(readFileSync(join(raw, 'toy.bin.sha256'), 'utf8')).toBe(`${sha256(BYTES)}  toy.bin\n`);
    rmSync(join(raw, 'toy.bin'));
    bytes = noise(BYTES.length, 3);
    const error = await rejection(fetchInto(root, definition(`${server.url}/x`)));
    expect(error.message).toContain(`expected: 200000 bytes with sha256 ${sha256(BYTES)}`);
    expect(existsSync(join(raw, 'toy.bin'))).toBe(false);
  });

  test('and without a size is taken up to the limit, however it is sent', async () => {
    const server = await mirror((_, response) => {
      response.writeHead(200);
      response.end(BYTES);
    });
    const unknown = definition(`${server.url}/x`);
    const sizeless = { ...unknown, files: unknown.files.map((file) => ({ ...file, bytes: 0 })) };
    const root = folder();
    await fetchInto(root, sizeless);
    expect(Buffer.compare(readFileSync(join(root, 'Toy', 'raw', 'toy.bin')), BYTES)).toBe(0);
    const error = await rejection(fetchInto(folder(), sizeless, { limit: 100_000 }));
    expect(error.message).toContain('it sends more than 100000 bytes');
    expect(error.message).toContain('expected: the file\n');
  });

  test('goes on only with the same version from the same address', async () => {
    const newer = noise(BYTES.length, 4);
    const server = await mirror((request, response, count) => {
      if (count === 1) {
        response.writeHead(200, { 'content-length': String(BYTES.length), etag: '"one"' });
        response.write(BYTES.subarray(0, 60_000), () => breakSoon(response));
        return;
      }
      // As servers do: a range only if the file is still the same.
      if (request.headers['if-range'] === '"two"') return serving(newer)(request, response, count);
      response.writeHead(200, { 'content-length': String(newer.length), etag: '"two"' }).end(newer);
    });
    const root = folder();
    await fetchInto(root, definition(`${server.url}/x`));
    expect(server.requests[1]?.range).toMatch(/^bytes=\d+-$/);
    expect(Buffer.compare(readFileSync(join(root, 'Toy', 'raw', 'toy.bin')), newer)).toBe(0);
  });
});

describe('the disk', () => {
  /** The real file system, where files take only so many bytes. */
  function fullAfter(limit: number): FileSystem {
    let written = 0;
    return {
      ...nodeFileSystem,
      open: (async (...args: Parameters<typeof open>) => {
        const handle = await open(...args);
        const write = handle.write.bind(handle) as (...all: unknown[]) => Promise<{ bytesWritten: number }>;
        Object.assign(handle, {
          write: async (chunk: Uint8Array, at: number, length: number, position: number) => {
            const room = Math.min(length, limit - written);
            if (room <= 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
            const result = await write(chunk, at, room, position);
            written += result.bytesWritten;
            return result;
          },
        });
        return handle;
      }) as typeof open,
    };
  }

  test('that is full ends the download at once, keeps the part, and is not the fault of a mirror', async () => {
    const server = await mirror(serving(BYTES));
    const other = await mirror(serving(BYTES));
    const root = folder();
    const definition = definitionOf(BYTES, [`${server.url}/x`, `${other.url}/x`]);
    const error = await rejection(fetchInto(root, definition, { fs: fullAfter(80_000) }));
    expect(error).toBeInstanceOf(DataFileError);
    expect(error.message).toContain('toy.bin: the disk is full');
    expect(error.message).toContain('DESCENT_DATA_HOME');
    expect([server.requests.length, other.requests.length]).toEqual([1, 0]);
    expectAbsent(root);
    await fetchInto(root, definition);
    expectComplete(root);
    expect(server.requests[1]?.range).toBe('bytes=80000-');
  });

  test('with too little room is noticed before anything is fetched', async () => {
    const server = await mirror(serving(BYTES));
    const statfs = (async () => ({ bavail: 10, bsize: 4096, blocks: 1000 })) as unknown as FileSystem['statfs'];
    const error = await rejection(
      fetchInto(folder(), definitionOf(BYTES, [`${server.url}/x`]), { fs: { ...nodeFileSystem, statfs } }),
    );
    expect(error.message).toContain('received: 40960 bytes free\n  expected: 200000 bytes');
    expect(server.requests.length).toBe(0);
  });

  test('that may not be written to is an error with what to do', async () => {
    const root = join(folder({ file: new Uint8Array(1) }), 'file');
    const error = await rejection(fetchInto(root, definitionOf(BYTES, ['http://127.0.0.1:1/x'])));
    expect(error).toBeInstanceOf(DataFileError);
    expect(error.message).toContain('making the folder failed');
  });

  test('that fails to rename leaves no file under the final name', async () => {
    const server = await mirror(serving(BYTES));
    const root = folder();
    const rename = (async (from: string, to: string) => {
      if (to.endsWith('toy.bin')) throw Object.assign(new Error('EIO: i/o error, rename'), { code: 'EIO' });
      return nodeFileSystem.rename(from, to);
    }) as FileSystem['rename'];
    const definition = definitionOf(BYTES, [`${server.url}/x`]);
    const error = await rejection(fetchInto(root, definition, { fs: { ...nodeFileSystem, rename } }));
    expect(error.message).toContain('moving the complete file to its name failed');
    expectAbsent(root);
    await fetchInto(root, definition);
    expectComplete(root);
    expect(server.requests.length).toBe(1);
  });
});
