import { fileURLToPath } from 'node:url';
import type { Timing } from '../lib/clock.ts';
import { type Peer, type Program, startPeer } from '../lib/processes.ts';
import { pythonProgram } from '../lib/python.ts';
import { COMPARED_STEPS, SETTLING_STEPS } from '../lib/turns.ts';
import type { Memory, NetworkRequest, NetworkTask, Prepared } from './protocol.ts';
import type { Way } from './ways.ts';

/** A process that trains, ready to be measured. */
export interface Runner extends Prepared {
  readonly peer: Peer;
  /** From nothing until the process takes requests. */
  readonly startMs: number;
  /** About what a step takes. */
  readonly stepMs: number;
}

export const DESCENT: Program = {
  command: process.execPath,
  words: [fileURLToPath(new URL('./worker.js', import.meta.url))],
};

export function torchProgram(python: string, threads: number, { keepMemory }: Way): Program {
  return pythonProgram(python, 'networks/torch_networks.py', threads, keepMemory);
}

/** Starts a process and makes its first steps. Throws what it complains of; then it has ended. */
export async function startRunner(program: Program, task: NetworkTask): Promise<Runner> {
  const start = performance.now();
  const peer = startPeer(program);
  const ask = <Answer>(request: NetworkRequest): Promise<Answer> => peer.ask<Answer>(request);
  try {
    await ask<Memory>({ do: 'memory' });
    const startMs = performance.now() - start;
    const prepared = await ask<Prepared>({ do: 'prepare', task, steps: COMPARED_STEPS });
    const { wallMs, steps } = await ask<Timing>({ do: 'steps', warm: 0, steps: SETTLING_STEPS });
    return { ...prepared, peer, startMs, stepMs: wallMs / steps };
  } catch (error) {
    await peer.end();
    throw error;
  }
}

export async function peakOf({ peer }: Runner): Promise<number> {
  return (await peer.ask<Memory>({ do: 'memory' } satisfies NetworkRequest)).peakMiB;
}
