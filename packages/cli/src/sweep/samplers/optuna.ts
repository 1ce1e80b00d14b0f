import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DescentError, type Mode } from '@descent/core';
import { reason } from '../../errors.ts';
import type { Json, Parameter, Space, Values } from '../space/parameter.ts';
import type { Trial } from '../state.ts';

const run = promisify(execFile);

/** Chooses values by a model of what came of earlier ones: the sampler of Optuna, by its own command line. */
export interface OptunaStudy {
  /** The values of a trial, and its number in the study. */
  ask(trial: number): Promise<{ readonly values: Values; readonly optuna: number }>;
  /** Says what a trial came to; once or more often. */
  tell(trial: Trial): Promise<void>;
}

export interface OptunaOptions {
  readonly space: Space;
  readonly mode: Mode;
  /** Its file `optuna.db` is the study. */
  readonly folder: string;
  /** Distinguishes studies in one file. */
  readonly name: string;
  readonly seed: number;
  /** The command. Default `optuna`. */
  readonly command?: string;
}

/**
 * Opens the study of a sweep, and makes it where there is none.
 * @throws DescentError when Optuna is not installed, with how to get it.
 */
export async function openStudy({
  space,
  mode,
  folder,
  name,
  seed,
  command = 'optuna',
}: OptunaOptions): Promise<OptunaStudy> {
  const storage = `sqlite:///${join(folder, 'optuna.db')}`;
  const optuna = async (...words: readonly string[]): Promise<string> => {
    try {
      const { stdout } = await run(command, [...words, '--storage', storage], { encoding: 'utf8' });
      return stdout;
    } catch (cause) {
      throw failure(cause, words[0] as string);
    }
  };
  const study = ['--study-name', name];
  await optuna('create-study', ...study, '--direction', mode === 'min' ? 'minimize' : 'maximize', '--skip-if-exists');
  const names = Object.keys(space);
  // Optuna knows numbers and texts: a choice is one of the texts of its values.
  const distributions = Object.fromEntries(names.map((one) => [one, distribution(space[one] as Parameter)]));
  return {
    async ask(trial) {
      // Each call is a process of its own: with one seed all trials would be drawn alike.
      const sampler = [
        '--sampler',
        'TPESampler',
        '--sampler-kwargs',
        JSON.stringify({ seed: (seed + trial) % 2 ** 32 }),
      ];
      const text = await optuna(
        ...['ask', ...study, ...sampler, '--search-space', JSON.stringify(distributions), '-f', 'json'],
      );
      const { number, params } = JSON.parse(text) as { number: number; params: Record<string, Json> };
      const values = names.map((one) => [one, fromOptuna(space[one] as Parameter, params[one] as Json)] as const);
      return { values: Object.fromEntries(values), optuna: number };
    },
    async tell(trial) {
      const value = trial.outcomes.at(-1)?.value ?? null;
      const result = value === null ? ['--state', 'fail'] : ['--state', 'complete', `--values=${value}`];
      await optuna('tell', ...study, '--trial-number', String(trial.optuna), ...result, '--skip-if-finished');
    },
  };
}

function distribution(parameter: Parameter): object {
  if (parameter.kind === 'choice')
    return {
      name: 'CategoricalDistribution',
      attributes: { choices: parameter.values.map((value) => JSON.stringify(value)) },
    };
  const { low, high, log, int } = parameter;
  return int
    ? { name: 'IntDistribution', attributes: { low, high, log, step: 1 } }
    : { name: 'FloatDistribution', attributes: { low, high, log, step: null } };
}

function fromOptuna(parameter: Parameter, value: Json): Json {
  return parameter.kind === 'choice' ? (JSON.parse(value as string) as Json) : value;
}

function failure(cause: unknown, word: string): DescentError {
  const { code, stderr } = cause as { readonly code?: unknown; readonly stderr?: string };
  if (code === 'ENOENT')
    return new DescentError('Optuna is not installed', {
      received: 'no command optuna on PATH',
      fix: 'pip install optuna, or on Debian apt-get install python3-optuna; --sampler random and halving need nothing',
      cause,
    });
  const lines = (stderr ?? '')
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '');
  return new DescentError(`optuna ${word} failed`, {
    received: lines.at(-1) ?? reason(cause),
    expected: 'a version that knows ask and tell (3.0 or later)',
    fix: 'optuna --version says which is installed; --sampler random and halving need nothing',
    cause,
  });
}
