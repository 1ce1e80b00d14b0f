import { spawnSync } from 'node:child_process';
import type { Program } from '../lib/processes.ts';
import type { Torch } from '../lib/python.ts';
import { rotated } from '../lib/statistics.ts';
import { lossesNote, type Mode, measureTurn, stepTime } from '../lib/turns.ts';
import { networkEntry } from '../scaling/entries.ts';
import { findBestWay, PER_ROUND, type Trial } from './best-way.ts';
import { DESCENT, peakOf, type Runner, startRunner, torchProgram } from './engines.ts';
import { writeNetworkFiles } from './files.ts';
import type { Network } from './network.ts';
import type { NetworkTask } from './protocol.ts';
import { type EngineRun, type NetworkResult, networkResult } from './result.ts';
import { AS_INSTALLED, describeWay, type Way } from './ways.ts';

export interface NetworkBenchOptions {
  /** Its name: one of the networks, or one of the scales. */
  readonly net: string;
  readonly mode: Mode;
  readonly rounds: number;
  /** Of the search for PyTorch's best way. */
  readonly budgetSeconds: number;
  readonly torch: Torch;
  readonly onProgress: (line: string) => void;
}

/** An engine that runs, and what it took so far. */
interface Entrant {
  readonly name: string;
  readonly note: string;
  readonly runner: Runner;
  readonly samples: number[];
}

interface Entrants {
  readonly entrants: readonly Entrant[];
  /** Those that do not run, and why. */
  readonly missing: readonly EngineRun[];
  readonly trials: readonly Trial[];
}

type Start = (program: Program, way: Way) => Promise<Runner>;

/** A training step of one network with Descent, with PyTorch as installed, and with the fastest PyTorch that is found. */
export async function benchNetwork(options: NetworkBenchOptions): Promise<NetworkResult> {
  const { net, mode, rounds, onProgress } = options;
  const { make, torch, sizes = {} } = networkEntry(net);
  const network = make();
  const { files, remove } = await writeNetworkFiles(network);
  const running: Runner[] = [];
  const start: Start = async (program, way) => {
    const { optimizer } = network;
    const task: NetworkTask = { net, torch, sizes, optimizer, threads: mode.threads, files, way };
    const runner = await startRunner(program, task);
    running.push(runner);
    return runner;
  };
  try {
    const { entrants, missing, trials } = await startAll(network, start, options);
    for (let round = 0; round < rounds; round++) {
      onProgress(`${net}: round ${round + 1} of ${rounds}`);
      for (const { runner, samples } of rotated(entrants, round)) {
        samples.push(stepTime(await measureTurn(runner, mode, PER_ROUND), mode));
      }
    }
    const engines: EngineRun[] = [];
    for (const { runner, note, ...entrant } of entrants) {
      const { losses, startMs, firstStepMs } = runner;
      const words = [...lossesNote(losses, entrants[0]?.runner.losses), note].filter((text) => text !== '');
      const peakMiB = await peakOf(runner);
      engines.push({ ...entrant, losses, startMs, firstStepMs, peakMiB, note: words.join('; ') });
    }
    return networkResult({ net, title: network.title, mode, engines: [...engines, ...missing], trials });
  } finally {
    await Promise.all(running.map(({ peer }) => peer.end()));
    remove();
  }
}

/** Starts Descent and PyTorch, and looks for the best way of the latter. */
async function startAll({ model }: Network, start: Start, options: NetworkBenchOptions): Promise<Entrants> {
  const { net, mode, torch, budgetSeconds, onProgress } = options;
  const entrants: Entrant[] = [];
  const missing: EngineRun[] = [];
  const enter = async (name: string, note: string, program: Program): Promise<Runner | null> => {
    onProgress(`${net}: ${name} starts`);
    try {
      const runner = await start(program, AS_INSTALLED);
      entrants.push({ name, note, runner, samples: [] });
      return runner;
    } catch (error) {
      missing.push({ name, note: `fails: ${(error as Error).message.split('\n')[0]}`, ...NOTHING });
      return null;
    }
  };
  await enter('descent', '', DESCENT);
  if ('missing' in torch) {
    const none = { name: 'pytorch', note: torch.missing, ...NOTHING };
    return { entrants, missing: [...missing, none], trials: [] };
  }
  const program = (way: Way): Program => torchProgram(torch.python, mode.threads, way);
  const first = await enter('pytorch', describeWay(AS_INSTALLED), program(AS_INSTALLED));
  if (first === null) return { entrants, missing, trials: [] };
  const { way, runner, trials, outOfTime } = await findBestWay({
    first,
    start: (way) => start(program(way), way),
    possible: { compiler: hasCompiler(), convolutions: model.parameters.some(({ shape }) => shape.length === 4) },
    mode,
    budgetSeconds,
    onTrial: (words) => onProgress(`${net}: PyTorch with ${words}`),
  });
  const note = `${describeWay(way)}${outOfTime ? '; there was no time to try everything' : ''}`;
  const best: Entrant = { name: 'pytorch-best', note, runner, samples: [] };
  // Where nothing was faster, one process is both.
  const others = runner === first ? [...entrants.slice(0, -1), { ...best, name: 'pytorch' }] : [...entrants, best];
  return { entrants: others, missing, trials };
}

const NOTHING = { samples: [], losses: [], startMs: null, firstStepMs: null, peakMiB: null } as const;

/** Whether there is what `torch.compile` writes its kernels for. */
function hasCompiler(): boolean {
  const command = process.env['CXX'] ?? 'g++';
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}
