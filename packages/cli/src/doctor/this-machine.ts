import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Machine } from './finding.ts';

/** So long a program may take to say something about the machine. */
const PATIENCE_MS = 5000;

/** The machine that this process runs on. */
export function thisMachine(env: Machine['env'] = process.env): Machine {
  return {
    env,
    read(path) {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return undefined;
      }
    },
    output(program, ...words) {
      const { status, stdout } = spawnSync(program, words, { encoding: 'utf8', timeout: PATIENCE_MS });
      return status === 0 ? stdout : undefined;
    },
  };
}
