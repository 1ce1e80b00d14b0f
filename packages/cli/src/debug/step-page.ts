import type { NDArray } from '@descent/core';
import { isLeaf } from '@descent/core/backend';
import { environment, pictureMaker, type StepNote, type StepPage, type StepSample } from '@descent/runs';
import { digits } from '../evaluate/show.ts';
import { rowsOf } from '../run/rows.ts';
import { exactText, nonFiniteText, startText } from './conditions.ts';
import type { DebuggedStep, LookOptions } from './look.ts';
import { notesOf } from './notes.ts';
import type { DebuggedRun } from './open-run.ts';
import { short } from './samples.ts';
import { metricsOf } from './step-json.ts';
import { shownQuantity } from './watch.ts';

/** Samples on the page, at most. */
const MOST = 64;

/** Everything that the page of a step shows, with the batch as pictures where they are some. */
export async function pageOf(
  run: DebuggedRun,
  step: DebuggedStep,
  watch: LookOptions['watch'],
  warnings: readonly string[],
): Promise<StepPage> {
  const { inspection, error, place, checks, replayed, samples } = step;
  const name = run.path.split(/[\\/]/).at(-1) ?? 'run';
  const bad = nonFiniteText(step);
  const isSame = checks.every(({ same }) => same);
  const notes: readonly StepNote[] = [
    ...(error === null ? [] : [{ tone: 'warn', title: error.summary, text: error.details.fix ?? '' } as const]),
    ...(bad === null ? [] : [{ tone: 'warn', title: 'the first number that is not finite', text: bad } as const]),
    ...notesOf(inspection),
    ...warnings.map((text) => ({ tone: 'note', title: 'what may differ', text }) as const),
    {
      tone: checks.length === 0 ? 'note' : isSame ? 'good' : 'warn',
      title: 'whether this is what the run did',
      text: exactText(checks),
    },
  ];
  const numbers = Object.entries(metricsOf(replayed, step.step) ?? inspection.metrics);
  const rates = [...new Set(inspection.parameters.flatMap(({ lr }) => lr ?? []))];
  return {
    title: `${name}, step ${step.step}`,
    lead: `Epoch ${place.epoch}, batch ${place.batch + 1}: ${startText(step)}.`,
    failed: error !== null,
    tiles: [
      ...numbers.map(([metric, value]) => ({ name: metric, value: digits(value) })),
      { name: 'Learning rate', value: rates.map((lr) => short(lr)).join(', ') || 'none' },
      { name: 'Epoch', value: String(place.epoch), note: `batch ${place.batch + 1}` },
    ],
    notes,
    layers: inspection.layers,
    parameters: inspection.parameters,
    samples: await pictured(step, samples.slice(0, MOST)),
    batchSize: samples.length,
    losses: lossesOf(step),
    ...(watch !== null &&
      step.watched.length > 1 && { watched: { name: shownQuantity(watch.watch, watch.source), points: step.watched } }),
    step: step.step,
    conditions: [
      ['run', run.shown],
      ['replay', startText(step)],
      ['compared', exactText(checks)],
      ['backend', run.backend.name],
      ['optimizer', run.record.settings.optimizer],
      ['loss', run.record.settings.loss],
      ['batch size', String(run.config.batchSize)],
      ['seed', String(run.config.seed)],
    ],
    environment: environment(),
  };
}

/** With the step itself, also where it was not made. */
function lossesOf({ replayed, error, step, inspection }: DebuggedStep): StepPage['losses'] {
  const made = replayed.map((one) => ({ step: one.step, loss: one.metrics.loss }));
  return error === null ? made : [...made, { step, loss: inspection.metrics.loss }];
}

async function pictured(
  { batch: { x } }: DebuggedStep,
  samples: readonly StepSample[],
): Promise<readonly StepSample[]> {
  if (!isLeaf(x)) return samples;
  // A page without its pictures is better than none, where the image library has no binary.
  const maker = await pictureMaker(x).catch(() => null);
  if (maker === null) return samples;
  return Promise.all(
    samples.map(async (sample, i) => ({ ...sample, image: await maker(rowsOf(x as NDArray, i, i + 1)) })),
  );
}
