// Bundled and run by the tests as a process of its own. `child.mjs <lock> <log> <mode> <rounds>`: takes the lock again and again, and writes a line into the log
// when it begins and ends to have it.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock } from '../src/public/index.ts';

const [path, log, mode, rounds] = process.argv.slice(2) as [string, string, string, string];
for (let i = 0; i < Number(rounds); i++) {
  const lock = await acquireLock(path, { pollMs: 2, heartbeatMs: 100 });
  appendFileSync(log, `begin ${process.pid} ${lock?.previous}\n`);
  // A stretch in which the event loop stands still, as in a long step of training.
  if (mode === 'blocked') for (const end = Date.now() + 1500; Date.now() < end; );
  if (mode === 'hold') await sleep(1e9);
  await sleep(Math.random() * 4);
  if (mode === 'crash' && Math.random() < 0.5) process.kill(process.pid, 'SIGKILL');
  appendFileSync(log, `end ${process.pid}\n`);
  await lock?.release();
}
