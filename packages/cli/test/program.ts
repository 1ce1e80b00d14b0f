import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Result } from './helpers.ts';

export const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = join(ROOT, 'packages/cli/dist/main.js');

/** Builds what changed since the program was built. */
export function buildProgram(): void {
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', 'packages/cli'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
}

/** Starts the built program in a folder. */
export function start(cwd: string, ...argv: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...argv], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What it printed, once it has ended. */
export function finished(child: ChildProcess): Promise<Result> {
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? -1, out, err })));
}

/** Runs the built program in a folder. */
export function program(cwd: string, ...argv: readonly string[]): Promise<Result> {
  return finished(start(cwd, ...argv));
}
