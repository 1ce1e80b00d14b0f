import type { Backend } from '../backend/contract.ts';
import type { BackendDescription } from '../backend/description.ts';
import { DescentError, type ErrorDetails } from '../errors.ts';
import { graph } from '../ir/graph.ts';
import { tensor } from '../ir/ndarray.ts';
import { crossEntropy } from '../losses/classes/cross-entropy.ts';
import { add } from '../ops/elementwise/index.ts';
import { input } from '../ops/leaf/input.ts';
import { sgd } from '../optimizers/sgd.ts';
import { expectKind, expectOptions } from '../options.ts';
import { createTrainer } from '../train/create-trainer.ts';
import type { ResidentData } from '../train/resident.ts';
import { type MeasuredNetwork, measuredNetworks } from './networks.ts';

/** How a backend did on one of the networks. */
export interface NetworkTrial {
  readonly network: MeasuredNetwork['name'];
  /** Of the fastest run of steps, in milliseconds: whatever else the machine does meanwhile only adds to it. */
  readonly msPerStep: number;
  /** The losses of the first steps, at least two, each from before its update. */
  readonly losses: readonly number[];
}

/** What came of measuring a backend; plain data. */
export type Trial =
  | { readonly name: string; readonly state: 'measured'; readonly networks: readonly NetworkTrial[] }
  /** `missing`: it does not start here. `failed`: it started, and something went wrong. */
  | {
      readonly name: string;
      readonly state: 'missing' | 'failed';
      /** The first line of its error. */
      readonly problem: string;
      /** What was received and what mends it, where its error says so. */
      readonly received?: string;
      readonly fix?: string;
    };

export interface TrialOptions {
  /** How long the steps of each network may take together, apart from compiling and the first two. Default 150. */
  readonly milliseconds?: number;
}

/** Steps of a slow backend: the first compiles, the second is timed, and shows by its loss whether the first has updated rightly. */
const LOSSES = 3;
const LR = 0.1;
/** As `fit`, several steps in one run where they are short. */
const RUN_MS = 20;
const MOST_STEPS = 16;

/** What `TrialOptions` has. */
export const TRIAL_OPTIONS: readonly string[] = ['milliseconds'];

/**
 * Opens a backend, trains two small networks for a moment and releases it. What goes wrong with it is in the result.
 * @throws ValueError for arguments of another kind.
 */
export async function tryTraining(
  candidate: Pick<BackendDescription, 'name' | 'open'>,
  options: TrialOptions = {},
): Promise<Trial> {
  expectCandidate(candidate);
  expectOptions('tryTraining', options, TRIAL_OPTIONS);
  const { name, open } = candidate;
  let backend: Backend | undefined;
  let state: 'missing' | 'failed' = 'missing';
  try {
    backend = await open();
    await run(backend);
    state = 'failed';
    return { name, state: 'measured', networks: await measure(backend, options) };
  } catch (error) {
    return { name, state, problem: firstLine(error), ...adviceOf(error) };
  } finally {
    await backend?.dispose().catch(() => {});
  }
}

/** Throws a `ValueError` for what is no description of a backend. */
export function expectCandidate(candidate: unknown): void {
  const example = "{ name: 'mine', open: async () => myBackend() }";
  expectKind('the candidate', candidate, { name: 'text', open: 'function' }, example);
}

/** Some backends find out at their first program that something is missing. */
async function run(backend: Backend): Promise<void> {
  const x = input('x', [1]);
  const executable = await backend.compile({ graph: graph({ y: add(x, x) }), reads: [], writes: [] });
  await executable.run({ x: tensor([2]) });
  executable.dispose();
}

async function measure(backend: Backend, { milliseconds = 150 }: TrialOptions): Promise<readonly NetworkTrial[]> {
  const trials: NetworkTrial[] = [];
  for (const network of measuredNetworks()) trials.push(await measureNetwork(backend, network, milliseconds));
  return trials;
}

async function measureNetwork(backend: Backend, network: MeasuredNetwork, budget: number): Promise<NetworkTrial> {
  const { name, model, batch } = network;
  const trainer = await createTrainer({ model, loss: crossEntropy(), optimizer: sgd({ lr: LR }), backend });
  try {
    const data = await trainer.resident(batch);
    const losses: number[] = [];
    const steps = async (count: number): Promise<number> => {
      const begun = performance.now();
      losses.push(...(await train(data, count)));
      return (performance.now() - begun) / count;
    };
    await steps(1);
    let msPerStep = await steps(1);
    if (msPerStep < budget) {
      const count = Math.max(1, Math.min(MOST_STEPS, Math.round(RUN_MS / Math.max(msPerStep, 1e-3))));
      // Several steps are a program of their own, which is compiled first.
      await steps(count);
      const end = performance.now() + budget;
      do msPerStep = Math.min(msPerStep, await steps(count));
      while (performance.now() < end);
    }
    return { network: name, msPerStep, losses: losses.slice(0, LOSSES) };
  } finally {
    trainer.dispose();
  }
}

async function train(data: ResidentData, steps: number): Promise<readonly number[]> {
  const { length } = data;
  const rows = Uint32Array.from({ length: steps * length }, (_, i) => i % length);
  return (await data.train(rows, length)).map(({ loss }) => loss);
}

function adviceOf(error: unknown): { readonly received?: string; readonly fix?: string } {
  const { received, fix }: ErrorDetails = error instanceof DescentError ? error.details : {};
  return { ...(received !== undefined && { received }), ...(fix !== undefined && { fix }) };
}

function firstLine(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).trim();
  return text.split('\n', 1)[0] || 'an error without a message';
}

// What hosts offer, which is not part of the language's own library types, all that core builds on.
declare const performance: { now(): number };
