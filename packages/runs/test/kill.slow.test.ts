import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { key, randint } from '@descent/core/random';
import { expect, test } from 'vitest';

const job = fileURLToPath(new URL('kill-job.mjs', import.meta.url));

/** Runs the job, killed after `patience` milliseconds; its output, or `null` when it was killed. */
function run(folder: string, patience: number | null): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [job, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (text) => {
      output += String(text);
    });
    child.stderr.on('data', (text) => {
      errors += String(text);
    });
    const timer = patience === null ? undefined : setTimeout(() => child.kill('SIGKILL'), patience);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL') resolve(null);
      else if (code === 0) resolve(output.trim());
      else reject(new Error(`the job ended with ${code}:\n${errors}`));
    });
  });
}

test('kill -9 at random points, again and again, then the weights of an unbroken run, bit for bit', async () => {
  const folder = (): string => mkdtempSync(join(tmpdir(), 'descent-kill-'));
  const start = performance.now();
  const unbroken = await run(folder(), null);
  const seconds = (performance.now() - start) / 1000;
  expect(unbroken).toMatch(/^steps 300 weights [0-9a-f]{64}$/);

  let [kills, output] = [0, null as string | null];
  // A machine that was busy while the unbroken run was timed lets the others finish too early: then they get half the time.
  for (let patience = seconds; kills < 3 && patience > seconds / 20; patience /= 2)
    [kills, output] = await killedAgainAndAgain(folder(), patience);
  console.log(`killed ${kills} times, an unbroken run takes ${seconds.toFixed(1)} s`);
  expect(kills).toBeGreaterThanOrEqual(3);
  expect(output).toBe(unbroken);
});

/** Runs the job in `broken` until it ends, killed up to 12 times: from "before it begins" to "when most is done", by the time of a whole run. */
async function killedAgainAndAgain(broken: string, seconds: number): Promise<[kills: number, output: string | null]> {
  const patience = new Int32Array(40);
  randint(key(1), patience, Math.round(250 * seconds), Math.round(700 * seconds));
  let kills = 0;
  for (const ms of patience) {
    const output = await run(broken, kills < 12 ? ms : null);
    if (output !== null) return [kills, output];
    kills++;
  }
  return [kills, null];
}
