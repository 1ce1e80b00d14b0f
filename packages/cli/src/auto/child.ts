// The process that measures backends for its parent, which ends it.
import { type Trial, tryTraining } from '@descent/core/choose';
import { loadBackends } from '../backends.ts';

const say = (trial: Trial): Promise<void> =>
  new Promise((resolve) => process.send?.(trial, undefined, undefined, () => resolve()));

// Without its parent it has nothing to do.
process.once('disconnect', () => process.exit());

const entries = await loadBackends();
for (const name of process.argv.slice(2)) {
  const entry = entries.find((one) => one.name === name);
  await say(
    entry === undefined ? { name, state: 'missing', problem: 'there is no such backend' } : await tryTraining(entry),
  );
}
// Threads of libraries may keep a process alive.
process.exit();
