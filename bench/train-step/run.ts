import type { Timing } from '../lib/clock.ts';
import type { DataFiles } from '../lib/data.ts';
import { NETS, type NetName } from '../lib/nets.ts';
import { type Peer, startPeer } from '../lib/processes.ts';
import type { Torch } from '../lib/python.ts';
import { median, rotated } from '../lib/statistics.ts';
import { COMPARED_STEPS, lossesNote, type Mode, measureTurn, SETTLING_STEPS, stepTime } from '../lib/turns.ts';
import type { EngineDescription } from './engines.ts';
import type { Prepared, StepRequest } from './protocol.ts';
import { type EngineSamples, type StepResult, stepResult } from './result.ts';

export interface StepBenchOptions {
  readonly net: NetName;
  readonly mode: Mode;
  readonly engines: readonly EngineDescription[];
  readonly rounds: number;
  readonly files: DataFiles;
  readonly torch: Torch;
  readonly onProgress: (line: string) => void;
}

/** An engine that needs longer for a step is measured in the first round only. */
const SLOW_STEP_MS = 1500;

interface Runner {
  readonly name: string;
  readonly peer: Peer;
  readonly samples: number[];
  readonly losses: readonly number[];
  readonly stepMs: number;
  readonly pageFaults: number[];
}

/** Starts every engine, then lets them take turns. */
export async function benchStep(options: StepBenchOptions): Promise<StepResult> {
  const { net: name, mode, engines, rounds, onProgress } = options;
  const runners: Runner[] = [];
  const finished: EngineSamples[] = [];
  try {
    for (const engine of engines) {
      onProgress(`${label(options)}: ${engine.name} starts`);
      const started = await start(engine, options);
      if ('peer' in started) runners.push(started);
      else finished.push(started);
    }
    for (let round = 0; round < rounds; round++) {
      onProgress(`${label(options)}: round ${round + 1} of ${rounds}`);
      for (const runner of rotated(runners, round)) {
        if (round > 0 && runner.stepMs > SLOW_STEP_MS) continue;
        const timing = await measureTurn(runner, mode, NETS[name]);
        runner.samples.push(stepTime(timing, mode));
        runner.pageFaults.push(timing.pageFaults / timing.steps);
      }
    }
  } finally {
    await Promise.all(runners.map(({ peer }) => peer.end()));
  }
  const expected = runners[0]?.losses;
  const measured = runners.map(({ name, samples, losses, pageFaults }) => ({
    name,
    samples,
    note: [...lossesNote(losses, expected), `${Math.round(median(pageFaults))} page faults a step`].join('; '),
  }));
  const order = engines.map((engine) => engine.name);
  const all = [...measured, ...finished].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  return stepResult(name, mode, all);
}

async function start(
  engine: EngineDescription,
  { net: name, mode, files, torch }: StepBenchOptions,
): Promise<Runner | EngineSamples> {
  const program = engine.program(mode.threads, torch);
  if ('missing' in program) return { name: engine.name, samples: [], note: program.missing };
  const { layers, lr, batchSize } = NETS[name];
  const reduced = engine.reducedBatch?.[name];
  const peer = startPeer(program);
  const ask = <Answer>(request: StepRequest): Promise<Answer> => peer.ask<Answer>(request);
  try {
    const task = { net: name, layers, lr, batchSize: reduced ?? batchSize, threads: mode.threads, files };
    const steps = reduced === undefined ? COMPARED_STEPS : 1;
    const { losses } = await ask<Prepared>({ do: 'prepare', task, steps });
    const warmUp = await ask<Timing>({ do: 'steps', warm: 0, steps: reduced === undefined ? SETTLING_STEPS : 1 });
    if (reduced === undefined) {
      const stepMs = warmUp.wallMs / warmUp.steps;
      return { name: engine.name, peer, samples: [], losses, stepMs, pageFaults: [] };
    }
    await peer.end();
    const scale = batchSize / reduced;
    return {
      name: engine.name,
      samples: [scale * stepTime(warmUp, mode)],
      note: `one step of ${reduced} images, times ${scale}`,
    };
  } catch (error) {
    await peer.end();
    return {
      name: engine.name,
      samples: [],
      note: `fails: ${(error as Error).message.split('\n')[0]}`,
    };
  }
}

function label({ net, mode }: StepBenchOptions): string {
  return `${NETS[net].title}, ${mode.kind === 'cpu' ? 'CPU time, 1 thread' : `bursts, ${mode.threads} threads`}`;
}
