import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { folder } from '../helpers.ts';

const COMMANDS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'sinfo'];

/** Why Slurm cannot be set up here, or `null`. */
export function noSlurm(): string | null {
  if (process.getuid?.() !== 0) return 'setting Slurm up needs root';
  for (const command of COMMANDS) {
    try {
      execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' });
    } catch {
      return `there is no ${command} (on Debian: apt-get install slurmctld slurmd slurm-client munge)`;
    }
  }
  return null;
}

/**
 * A real Slurm of one node with two cores, for one test: its own authentication, controller and daemon on ports of their own, all of them ended afterwards.
 * Returns the environment in which its commands find it.
 */
export async function startSlurm(): Promise<{ readonly SLURM_CONF: string }> {
  const at = folder();
  // What munge works with must be in folders that nobody else can write to.
  chmodSync(at, 0o755);
  const name = hostname().split('.', 1)[0] as string;
  const port = 20_000 + (process.pid % 20_000);
  for (const each of ['state', 'spool', 'munge']) mkdirSync(join(at, each), { mode: 0o755 });
  writeFileSync(join(at, 'munge/key'), randomBytes(128), { mode: 0o400 });
  const conf = join(at, 'slurm.conf');
  const settings = {
    ClusterName: 'descent',
    SlurmctldHost: `${name}(127.0.0.1)`,
    AuthType: 'auth/munge',
    AuthInfo: `socket=${at}/munge/socket`,
    CredType: 'cred/munge',
    SlurmUser: 'root',
    SlurmdUser: 'root',
    SlurmctldPort: port,
    SlurmdPort: port + 1,
    ProctrackType: 'proctrack/linuxproc',
    TaskPlugin: 'task/none',
    SelectType: 'select/cons_tres',
    SelectTypeParameters: 'CR_Core',
    MpiDefault: 'none',
    SwitchType: 'switch/none',
    ReturnToService: 2,
    StateSaveLocation: `${at}/state`,
    SlurmdSpoolDir: `${at}/spool`,
    SlurmctldPidFile: `${at}/slurmctld.pid`,
    SlurmdPidFile: `${at}/slurmd.pid`,
    SchedulerParameters: 'batch_sched_delay=0,sched_interval=1',
    JobRequeue: 1,
    MinJobAge: 60,
  };
  writeFileSync(
    conf,
    [
      ...Object.entries(settings).map(([key, value]) => `${key}=${value}`),
      `NodeName=${name} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN`,
      `PartitionName=main Nodes=${name} Default=YES MaxTime=INFINITE State=UP`,
      '',
    ].join('\n'),
  );
  writeFileSync(join(at, 'cgroup.conf'), 'CgroupPlugin=cgroup/v1\n');
  const run = (command: string, ...words: readonly string[]): void => {
    const child = spawn(command, words, { stdio: 'ignore' });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    // The folder goes next: nobody may write into it any more.
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await gone;
    });
  };
  const files = Object.entries({ key: 'key', socket: 'socket', pid: 'pid', log: 'log', seed: 'seed' }).map(
    ([option, file]) => `--${option}${option === 'socket' ? '' : '-file'}=${at}/munge/${file}`,
  );
  run('munged', '--foreground', '--force', ...files);
  await sleep(1000);
  run('slurmctld', '-D', '-f', conf);
  run('slurmd', '-D', '-f', conf);
  const env = { SLURM_CONF: conf };
  for (let tries = 0; tries < 120; tries++) {
    try {
      const shown = execFileSync('sinfo', ['-h', '-o', '%T'], {
        encoding: 'utf8',
        env: { ...process.env, ...env },
        stdio: 'pipe',
      });
      if (shown.includes('idle')) return env;
    } catch {
      // The controller does not answer yet.
    }
    await sleep(500);
  }
  throw new Error('Slurm did not come up within a minute');
}
