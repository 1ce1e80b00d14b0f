import { measureApart } from '../auto/measure.ts';
import { loadBackends } from '../backends.ts';
import { InterruptedError } from '../errors.ts';
import { type Io, print } from '../io.ts';
import { dataSection } from './data.ts';
import { enginesSection } from './engines.ts';
import type { Section } from './finding.ts';
import { graphicsSection } from './graphics.ts';
import { runsSection } from './runs.ts';
import { systemSection } from './system.ts';
import { thisMachine } from './this-machine.ts';

/** Looks at everything, in the order in which it is shown. */
export async function examine({ online }: { readonly online: boolean }, io: Io): Promise<readonly Section[]> {
  const machine = thisMachine();
  const { env } = machine;
  const say = (name: string): void => {
    if (io.signal.aborted) throw new InterruptedError('the doctor was stopped');
    if (io.err.isTerminal) print(io.err, io.err.colors.dim(`looking at ${name}`));
  };
  const engines = await enginesSection(await loadBackends(), measureApart(io.signal), say);
  say('data, mirrors and disks');
  return [
    systemSection(machine),
    engines,
    graphicsSection(machine),
    await dataSection({ env, cwd: io.cwd, cache: io.cache, online }),
    await runsSection(io.cwd),
  ];
}
