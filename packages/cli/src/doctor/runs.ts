import { join } from 'node:path';
import { folderHolder } from '@descent/runs';
import { shownPath } from '../io.ts';
import { findRuns } from '../run/find-runs.ts';
import { counted } from '../ui/count.ts';
import type { Finding, Section } from './finding.ts';

/** Runs in `runs/` that train now, and those that were cut off. */
export async function runsSection(cwd: string): Promise<Section> {
  const runs = await findRuns(join(cwd, 'runs'));
  const findings = (await Promise.all(runs.map(({ path, status }) => findingOf(path, status, cwd)))).flat();
  const count = `${counted(runs.length, 'run')} in runs/`;
  return { title: 'Runs', findings: [{ what: 'folder', state: 'ok', found: count }, ...findings] };
}

async function findingOf(path: string, status: string | null, cwd: string): Promise<readonly Finding[]> {
  const what = shownPath(path, cwd);
  if (status === null) {
    const fix = `move ${what} out of runs/, or remove it`;
    return [{ what, state: 'problem', found: 'its run.json cannot be read', fix }];
  }
  const holder = await folderHolder(path).catch(() => undefined);
  const who = holder?.owner === undefined ? 'another process' : `process ${holder.owner.pid} on ${holder.owner.host}`;
  const resume = `descent resume ${what}`;
  if (holder?.process === 'alive') return [{ what, state: 'ok', found: `trains now, by ${who}` }];
  if (holder?.process === 'unknown') {
    const fix = `if it is gone: ${resume} waits for half a minute, then takes the run over`;
    return [{ what, state: 'note', found: `is held by ${who}, which cannot be seen from here`, fix }];
  }
  return status === 'running' ? [{ what, state: 'note', found: 'was cut off', fix: resume }] : [];
}
