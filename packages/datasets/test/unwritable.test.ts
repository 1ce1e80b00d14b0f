import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { cache, DataFileError, mnist } from '../src/public/index.ts';
import { folder, rejection, toy } from './helpers.ts';

/** Folders that nobody can make: below a file, and where the system keeps its own (where there is such a place). */
const UNWRITABLE = (): readonly string[] => [
  join(folder({ file: new Uint8Array() }), 'file', 'data'),
  ...(existsSync('/proc/self') ? ['/proc/descent/data'] : []),
];

describe('a folder that cannot be written', () => {
  test('is told by a download, with what chooses another, which works', async () => {
    for (const root of UNWRITABLE()) {
      const error = await rejection(mnist({ root, download: true, mirrors: 'http://127.0.0.1:9' }));
      expect(error).toBeInstanceOf(DataFileError);
      expect(error.message).toContain('making the folder failed');
      expect(error.message).toContain(
        'fix: choose a folder that can be written to, with the root option, or with DESCENT_DATA_HOME where there is none',
      );
      vi.stubEnv('DESCENT_DATA_HOME', folder());
      onTestFinished(() => {
        vi.unstubAllEnvs();
      });
      const other = await rejection(mnist({ download: true, mirrors: 'http://127.0.0.1:9' }));
      expect(other.name).toBe('DownloadError');
    }
  });

  test('is told by a cache before the work is done, with what chooses another, which works', async () => {
    const make = vi.fn(() => toy(2));
    for (const where of UNWRITABLE()) {
      const error = await rejection(cache(make, { key: 'a', folder: where }));
      expect(error).toBeInstanceOf(DataFileError);
      expect(error.message).toContain('choose a folder that can be written to, with the option folder');
      expect(make).not.toHaveBeenCalled();
    }
    expect(await cache(make, { key: 'a', folder: folder() })).toEqual(toy(2));
  });

  test('a cache leaves nothing behind when the work fails', async () => {
    const where = folder();
    await rejection(
      cache(
        () => {
          throw new Error('no');
        },
        { key: 'a', folder: where },
      ),
    );
    expect(readdirSync(where)).toEqual([]);
  });
});
