import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { InterruptedError } from '../errors.ts';
import type { Io } from '../io.ts';
import type { MeasureJob } from './measure.ts';
import type { Measurement } from './measurement.ts';

/** The built program, also for sources that run as they are. */
const PROGRAM = new URL('../../dist/main.js', import.meta.url);

/** Measures in another process, which has no memory but its own: one that the system ends for want of memory costs nothing else. */
export function measureApart(job: MeasureJob, { cwd, signal }: Io): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    // What libraries print is no news; what fails is told over the channel.
    const child = fork(fileURLToPath(PROGRAM), ['tune', 'measure', JSON.stringify(job)], {
      cwd,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let found: Measurement | undefined;
    const stop = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    child.on('message', (message: Measurement) => {
      found = message;
    });
    const end = (how: string): void => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(new InterruptedError('the measurement was stopped'));
      else resolve(found ?? { state: 'failed', reason: `its process was ended (${how}), as for want of memory` });
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, by) => end(by ?? `exit code ${code}`));
  });
}

/** What that process does. */
export async function measureForParent(text: string, io: Io): Promise<void> {
  const { measure } = await import('./measure.ts');
  const result = await measure(JSON.parse(text) as MeasureJob, io);
  await new Promise<void>((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(result, undefined, undefined, () => resolve());
  });
  if (process.connected) process.disconnect();
}
