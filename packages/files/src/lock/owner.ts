import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';

/** Who holds a lock, as its file says. */
export interface LockOwner {
  /** Of this lock alone. */
  readonly token: string;
  readonly pid: number;
  /** For people. */
  readonly host: string;
  /** Where process ids mean the same: one boot of one machine, and one numbering of processes, which containers do not share. */
  readonly machine: string;
  /**
   * When the process began, in the system's own count, so that another process with the same id is told apart; `null` where the system does not tell, left
   * out by programs that write no signs of life either.
   */
  readonly started?: string | null;
}

export function thisOwner(): LockOwner {
  return {
    token: randomUUID(),
    pid: process.pid,
    host: hostname(),
    machine: machine(),
    started: statOf('self')?.started ?? null,
  };
}

/** Undefined for what was not written completely. The id and the host of a process are enough. */
export function parseOwner(text: string): LockOwner | undefined {
  try {
    const line = text.split('\n', 1)[0] as string;
    const { token, pid, host, machine: where, started } = JSON.parse(line) as Partial<LockOwner>;
    if (!Number.isSafeInteger(pid) || (pid as number) < 1 || typeof host !== 'string') return undefined;
    return {
      // It becomes part of a file's name.
      token: typeof token === 'string' && /^[\w-]{1,64}$/.test(token) ? token : hashOf(line),
      pid: pid as number,
      host,
      machine: typeof where === 'string' ? where : host === hostname() ? machine() : host,
      ...(typeof started === 'string' || started === null ? { started } : {}),
    };
  } catch {
    return undefined;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Whether the process of an owner runs; `'unknown'` where it cannot be seen from here, or only its id is known. */
export function processOf({ pid, machine: where, started }: LockOwner): 'alive' | 'dead' | 'unknown' {
  if (where !== machine()) return 'unknown';
  if (!exists(pid)) return 'dead';
  // This process writes more than that.
  if (started === undefined) return pid === process.pid ? 'dead' : 'alive';
  const stat = statOf(pid);
  if (stat === undefined || started === null) return 'unknown';
  // What was killed and is not yet waited for by its parent still has an id.
  const ended = stat.state === 'Z' || stat.state === 'X';
  return ended || stat.started !== started ? 'dead' : 'alive';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** State and start of a process; undefined where the system does not tell, such as outside Linux. */
function statOf(pid: number | 'self'): { readonly state: string; readonly started: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name of the program, in brackets, and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, started] = [fields[0], fields[19]];
    return state === undefined || started === undefined ? undefined : { state, started };
  } catch {
    return undefined;
  }
}

function machine(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // Two machines may have one name.
    const addresses = Object.values(networkInterfaces()).flatMap((list) =>
      (list ?? []).filter(({ internal }) => !internal).map(({ mac }) => mac),
    );
    return [hostname(), ...[...new Set(addresses)].sort()].join(' ');
  }
}
