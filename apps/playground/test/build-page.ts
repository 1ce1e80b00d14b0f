import { cpSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { inject } from 'vitest';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The page as it is published, in a folder of the caller's own. It is built once for all test files of a run. */
export async function buildPage(): Promise<string> {
  const shared = inject('builtPage');
  const [page, done, failed] = ['page', 'done', 'failed'].map((name) => join(shared, name)) as [string, string, string];
  if (isFirst(join(shared, 'begun'))) {
    try {
      await buildInto(page);
      writeFileSync(done, '');
    } catch (error) {
      writeFileSync(failed, '');
      throw error;
    }
  }
  while (!existsSync(done)) {
    if (existsSync(failed)) throw new Error('the page cannot be built; the test file that began to build it says why');
    await sleep(200);
  }
  const own = mkdtempSync(join(tmpdir(), 'descent-playground-'));
  cpSync(page, own, { recursive: true });
  return own;
}

/** Whether no other test file of this run has called it before: a folder can be made once. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

async function buildInto(outDir: string): Promise<void> {
  const { NODE_ENV } = process.env;
  // Tests run with 'test', which Vite would take for a build to debug.
  process.env['NODE_ENV'] = 'production';
  try {
    await build({ root: ROOT, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  } finally {
    process.env['NODE_ENV'] = NODE_ENV;
  }
}
