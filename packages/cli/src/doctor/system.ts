import { cpus, freemem, totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { environment } from '@descent/runs';
import { type Finding, gibibytes, type Machine, type Section } from './finding.ts';

/** What this process may use of the machine. */
export interface Resources {
  /** `20.19.0` */
  readonly node: string;
  /** Logical processors of the machine. */
  readonly processors: number;
  /** In bytes. */
  readonly memory: { readonly total: number; readonly free: number; readonly heap: number };
}

/** Node, cores, memory, and what a container allows of them. */
export function systemSection(machine: Machine, resources: Resources = ofThisProcess()): Section {
  const { os, cpu } = environment();
  return {
    title: 'System',
    findings: [
      nodeFinding(resources.node),
      { what: 'system', state: 'ok', found: `${os}, ${cpu.model}` },
      coresFinding(machine, resources.processors),
      memoryFinding(machine, resources.memory),
    ],
  };
}

function ofThisProcess(): Resources {
  const heap = getHeapStatistics().heap_size_limit;
  return {
    node: process.versions.node,
    processors: Math.max(1, cpus().length),
    memory: { total: totalmem(), free: freemem(), heap },
  };
}

/** The least version of the oldest line, as `engines` in the package has it, and the lines that are tested. */
const LEAST: readonly [major: number, minor: number] = [20, 19];
const LINES: readonly number[] = [20, 22, 24];

function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const what = 'Node';
  if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
    return {
      what,
      state: 'problem',
      found: `${version}, which is older than ${LEAST.join('.')}`,
      fix: 'install Node 22: nvm install 22, or https://nodejs.org',
    };
  }
  if (LINES.includes(major)) return { what, state: 'ok', found: version };
  return {
    what,
    state: 'note',
    found: `${version}, which Descent is not tested with`,
    fix: `where something fails, use Node ${LINES.join(', ')}: nvm install ${LINES.at(-1)}`,
  };
}

function coresFinding(machine: Machine, processors: number): Finding {
  const what = 'cores';
  const allowed = allowedCores(machine);
  if (allowed === undefined || allowed >= processors) return { what, state: 'ok', found: `${processors}` };
  return {
    what,
    state: 'note',
    found: `${processors}, of which the container allows the time of ${Number(allowed.toFixed(2))}`,
    fix: `more threads than that wait for each other: start the container with more (docker run --cpus ${processors}), or set threads: ${Math.max(1, Math.floor(allowed))}`,
  };
}

/** How many processors' time the container gives; undefined without a limit. Control groups of version 2, then 1. */
function allowedCores({ read }: Machine): number | undefined {
  const [quota, period] = read('/sys/fs/cgroup/cpu.max')?.trim().split(' ') ?? [
    read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us')?.trim(),
    read('/sys/fs/cgroup/cpu/cpu.cfs_period_us')?.trim(),
  ];
  const allowed = Number(quota) / Number(period);
  return Number.isFinite(allowed) && allowed > 0 ? allowed : undefined;
}

/** With less than this, training with a runtime of its own may be ended by the system. */
const SCARCE_BYTES = 2 ** 30;

function memoryFinding(machine: Machine, { total, free, heap }: Resources['memory']): Finding {
  const limit = allowedMemory(machine, total);
  const whole = limit ?? total;
  // What the system keeps for files can be had again: MemAvailable says how much.
  const left = Math.min(availableMemory(machine) ?? free, whole);
  const size = limit === undefined ? gibibytes(total) : `${gibibytes(limit)} in this container, of ${gibibytes(total)}`;
  const found = `${size}, ${gibibytes(left)} free; JavaScript may use ${gibibytes(heap)}`;
  if (left >= SCARCE_BYTES) return { what: 'memory', state: 'ok', found };
  const fix =
    limit === undefined
      ? 'end other programs, or train with a smaller batchSize'
      : 'start the container with more memory (docker run --memory 4g), or train with a smaller batchSize';
  return { what: 'memory', state: 'note', found, fix };
}

/** What the container may use, in bytes; undefined without a limit. */
function allowedMemory({ read }: Machine, total: number): number | undefined {
  const text = read('/sys/fs/cgroup/memory.max') ?? read('/sys/fs/cgroup/memory/memory.limit_in_bytes');
  const bytes = Number(text?.trim() || Number.NaN);
  return Number.isFinite(bytes) && bytes > 0 && bytes < total ? bytes : undefined;
}

function availableMemory({ read }: Machine): number | undefined {
  const [, kilobytes] = /^MemAvailable:\s+(\d+) kB$/m.exec(read('/proc/meminfo') ?? '') ?? [];
  return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
}
