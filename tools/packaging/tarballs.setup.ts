import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { pnpmCommand, pnpmEnvironment } from '../../scripts/pnpm.mjs';
import { packages, run } from './pack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder in which every package lies as it is published. */
    readonly tarballs: string;
  }
}

/** Packs every package, once for all test files of a run; vitest calls what is returned at the end. */
export function setup({ provide }: TestProject): () => void {
  const tarballs = mkdtempSync(join(tmpdir(), 'descent-tarballs-'));
  const [pnpm, ...before] = pnpmCommand(pnpmEnvironment());
  for (const { folder } of packages) run(pnpm, [...before, 'pack', '--pack-destination', tarballs], folder);
  provide('tarballs', tarballs);
  return () => rmSync(tarballs, { recursive: true, force: true });
}
