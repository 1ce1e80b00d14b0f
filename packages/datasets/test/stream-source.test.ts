import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { csvRows, jsonLines, readCsv, readJsonLines, readNpz } from '../src/public/index.ts';

/** Bytes in pieces of three. */
function stream(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.subarray(at, at + 3));
      at += 3;
    },
  });
}

const CSV = new TextEncoder().encode('größe,art\n1,a\n2.5,b\n');
const JSONL = new TextEncoder().encode('{"größe": 1}\n\n{"größe": 2}\n');

test('rows and lines are read from a stream, gzipped or not', async () => {
  for (const bytes of [CSV, gzipSync(CSV)]) {
    expect((await readCsv(stream(bytes))).columns.map(({ name }) => name)).toEqual(['größe', 'art']);
    const rows = [];
    for await (const { fields } of csvRows(stream(bytes))) rows.push(fields);
    expect(rows).toEqual([
      ['größe', 'art'],
      ['1', 'a'],
      ['2.5', 'b'],
    ]);
  }
  for (const bytes of [JSONL, gzipSync(JSONL)]) {
    expect((await readJsonLines(stream(bytes))).length).toBe(2);
    const lines = [];
    for await (const { line } of jsonLines(stream(bytes))) lines.push(line);
    expect(lines).toEqual([1, 3]);
  }
});

test('a stream has the limits of a file, is cancelled when nobody wants the rest, and is refused by what reads files', async () => {
  await expect(readCsv(stream(CSV), { limit: 10, name: 'input' })).rejects.toThrow('input');
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(JSONL),
    cancel() {
      cancelled = true;
    },
  });
  for await (const _ of jsonLines(endless)) break;
  expect(cancelled).toBe(true);
  await expect(readNpz(stream(CSV) as never)).rejects.toThrow('neither a path nor bytes');
});
