import { basename, join, relative } from 'node:path';
import { writeAtomically } from '@descent/files';
import { environment, renderSearch, type SearchedParameter } from '@descent/runs';
import type { SamplerName } from '../definition.ts';
import { labelsOf } from '../labels.ts';
import type { SweepResult } from '../result.ts';
import { isOrdered, type Parameter, positionIn, shownValue, type Values } from '../space/parameter.ts';

const HOW: Readonly<Record<SamplerName, string>> = {
  grid: 'Every combination',
  random: 'Values at random',
  halving: 'Values at random, fewer of them for more epochs',
  optuna: 'Values that Optuna proposed',
};

/** Writes the page of a sweep and returns its path. */
export async function writePage(result: SweepResult, bestConfig: string | null): Promise<string> {
  const { folder, space, sampler, metric, mode, trials, best, importance } = result;
  const labels = labelsOf(space);
  const names = Object.keys(space);
  const path = join(folder, 'report.html');
  const text = renderSearch({
    title: basename(folder),
    how: HOW[sampler],
    ...{ metric, mode },
    parameters: names.map((name) => searched(labels[name] as string, space[name] as Parameter)),
    trials: trials.map((trial) => ({ ...trial, values: placesOf(names, space, trial.values) })),
    importance: importance.isKnown
      ? { ...importance, shares: renamed(importance.shares, labels) }
      : { reason: importance.reason },
    places: [
      ...(best === null ? [] : [['run', relative(folder, best.run)] as const]),
      ...(bestConfig === null ? [] : [['config', relative(folder, bestConfig)] as const]),
    ],
    environment: environment(),
  });
  await writeAtomically(path, text, { summary: 'the page of the sweep cannot be written' });
  return path;
}

function searched(name: string, parameter: Parameter): SearchedParameter {
  if (parameter.kind === 'range') return { name, ...parameter };
  return isScale(parameter)
    ? { name, kind: 'range', ...scaleOf(parameter.values as readonly number[]) }
    : { name, kind: 'choice', values: parameter.values.map(shownValue) };
}

/** Among numbers, which stand where they are on a scale. */
function isScale(parameter: Parameter): boolean {
  return isOrdered(parameter) && (parameter.kind === 'range' || parameter.values.length > 1);
}

const DECADE = 10;

/** More labels than that would stand on each other. */
const FEW = 6;

function scaleOf(values: readonly number[]): {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly few?: readonly number[];
} {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return { low, high, log: low > 0 && high / low >= DECADE, ...(isSpread(values, low, high) && { few: values }) };
}

/** Whether each has room for a label. */
function isSpread(values: readonly number[], low: number, high: number): boolean {
  if (values.length > FEW) return false;
  const log = low > 0 && high / low >= DECADE;
  const at = values.map((value) => (log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)));
  const sorted = at.sort((a, b) => a - b);
  return sorted.every((one, i) => i === 0 || one - (sorted[i - 1] as number) > 1 / (FEW + 2));
}

function placesOf(names: readonly string[], space: SweepResult['space'], values: Values): readonly number[] {
  return names.map((name) => {
    const parameter = space[name] as Parameter;
    const value = values[name] ?? null;
    return parameter.kind === 'range' || isScale(parameter) ? (value as number) : positionIn(parameter, value);
  });
}

function renamed(
  shares: Readonly<Record<string, number>>,
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(shares).map(([name, share]) => [labels[name] ?? name, share]));
}
