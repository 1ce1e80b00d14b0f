import { join, resolve } from 'node:path';
import { DescentError } from '@descent/core';
import { closest } from '../config/suggest.ts';
import { shownPath } from '../io.ts';
import { findRuns } from '../run/find-runs.ts';
import { overview, type RunOverview } from './overview.ts';

/**
 * The run that `name` means: a folder, or the name of one in `runs/`.
 * @throws DescentError when there is none, with the nearest name.
 */
export async function chooseRun(name: string, cwd: string): Promise<RunOverview> {
  for (const path of [resolve(cwd, name), join(cwd, 'runs', name)]) {
    const [run] = await findRuns(path, 0);
    if (run !== undefined) return overview(run);
  }
  const names = (await findRuns(join(cwd, 'runs'))).map(({ path }) => shownPath(path, cwd));
  const near = closest(name, names) ?? names.find((one) => one.endsWith(name));
  throw new DescentError('there is no run in this folder', {
    received: name,
    expected:
      names.length === 0 ? 'a folder that descent train wrote' : `a run, such as ${names.slice(0, 5).join(', ')}`,
    fix: near === undefined ? 'descent runs list shows which there are' : `did you mean ${near}?`,
  });
}
