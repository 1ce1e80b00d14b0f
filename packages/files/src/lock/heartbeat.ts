import type { FileHandle } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';

/** Digits of the counter at the end of a lock file. */
export const COUNTER: number = 12;

/**
 * Counts up in the file, at `position`, until stopped. In a thread of its own: training blocks the main one for as long as a step takes. Through the open
 * file, so that it never touches the lock of somebody who took over.
 */
export function startHeartbeat(file: FileHandle, position: number, everyMs: number): () => Promise<void> {
  const code = `
    const { workerData: { fd, position, everyMs, digits } } = require('node:worker_threads');
    const { writeSync } = require('node:fs');
    let count = 0;
    setInterval(() => {
      try {
        writeSync(fd, String(++count).padStart(digits, '0'), position);
      } catch {}
    }, everyMs);`;
  const worker = new Worker(code, {
    eval: true,
    workerData: { fd: file.fd, position, everyMs, digits: COUNTER },
    execArgv: [],
    stdin: false,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
  });
  worker.unref();
  // Without it, others that cannot see this process may take it to be gone; that is no reason to end it.
  worker.on('error', () => {});
  return async () => {
    await worker.terminate();
  };
}
