import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder for the built page, which the first test that needs it builds. */
    readonly builtPage: string;
  }
}

/** A folder that all test files of a run share; vitest calls what is returned at the end. */
export function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'descent-playground-build-'));
  provide('builtPage', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
