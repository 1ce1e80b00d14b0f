import { COMMAND, runApart } from '../apart.ts';
import { InterruptedError } from '../errors.ts';
import type { Io } from '../io.ts';
import type { MeasureJob } from './measure.ts';
import type { Measurement } from './measurement.ts';

/** Measures in another process, which has no memory but its own: one that the system ends for want of memory costs nothing else. */
export async function measureApart(job: MeasureJob, { cwd, signal }: Io): Promise<Measurement> {
  let found: Measurement | undefined;
  // What libraries print is no news; what fails is told over the channel.
  const { how } = await runApart<Measurement>({
    ...{ program: COMMAND, words: ['tune', 'measure', JSON.stringify(job)] },
    ...{ cwd, signal, endBy: 'SIGKILL' },
    heard: (message) => {
      found = message;
    },
  });
  if (signal.aborted) throw new InterruptedError('the measurement was stopped');
  return found ?? { state: 'failed', reason: `its process was ended (${how}), as for want of memory` };
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
