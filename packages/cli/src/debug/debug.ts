import { resolve } from 'node:path';
import { writeAtomically } from '@descent/files';
import { elsewhere, UsageError } from '../errors.ts';
import { type Io, print, shownPath, warn } from '../io.ts';
import { chooseRun } from '../runs/choose-run.ts';
import { createProgress } from '../ui/progress.ts';
import { type StepsWanted, stepsOf } from './find-step.ts';
import { type DebuggedStep, lookAt, search } from './look.ts';
import { type DebuggedRun, openRun } from './open-run.ts';
import { showNothing, showStep, showWatched } from './show.ts';
import { jsonOfNothing, jsonOfStep, plainNumbers } from './step-json.ts';
import { pageOf } from './step-page.ts';
import { type Watch, watchSource } from './watch.ts';

export interface DebugWanted extends StepsWanted {
  readonly watch: Watch | null;
  readonly backend?: string;
  readonly threads?: number;
  readonly html?: string;
  readonly json: boolean;
}

/** Replays a run up to a step and shows that step from inside, as `descent debug` does. Writes nothing into the folder of the run. */
export async function debug(name: string, wanted: DebugWanted, io: Io): Promise<void> {
  const { json, html, watch, backend, threads } = wanted;
  const { path } = await chooseRun(name, io.cwd);
  const page = html === undefined ? null : resolve(io.cwd, html);
  const options = { quiet: json, ...(backend !== undefined && { backend }), ...(threads !== undefined && { threads }) };
  const run = await openRun(path, shownPath(path, io.cwd), options, io);
  try {
    const { model, metrics } = run.config;
    const watched =
      watch === null
        ? null
        : {
            watch,
            source: watchSource(watch, {
              metrics: ['loss', ...metrics.map((metric) => metric.name)],
              parameters: model.parameters.map((parameter) => parameter.name),
              layers: run.record.layers.map((layer) => layer.path),
            }),
          };
    const steps = await stepsOf(run, wanted);
    const warnings = [...run.warnings, ...steps.warnings];
    warn(warnings, io);
    const looking = { progress: createProgress(io, json), watch: watched };
    const searched = steps.kind === 'search' ? await search(run, steps, looking, io) : null;
    const step = steps.kind === 'one' ? await lookAt(run, steps.step, looking, io) : (searched?.found ?? null);
    const saved =
      step === null || page === null ? null : await savePage({ run, step, watch: watched, warnings }, page, io);
    if (json) {
      const told =
        step === null ? jsonOfNothing(run, searched, warnings) : jsonOfStep(run, steps, step, watched, warnings);
      print(io.out, JSON.stringify(told, plainNumbers, 2));
      return;
    }
    if (searched !== null && watched !== null) showWatched(searched, watched, io);
    if (step === null) showNothing(searched, watched, io);
    else showStep(run, steps, step, io);
    if (saved !== null) print(io.out, `\n${saved}`);
  } finally {
    await run.backend.dispose();
  }
}

/** Throws a UsageError for options that do not go together. */
export function expectTogether({ step, from, to, watch }: Pick<DebugWanted, 'step' | 'from' | 'to' | 'watch'>): void {
  if (step !== undefined && (from !== undefined || to !== undefined)) {
    throw new UsageError('one step, or several', {
      received: `--step ${step} with ${from === undefined ? `--to ${to}` : `--from ${from}`}`,
      expected: '--step alone, or --from and --to',
    });
  }
  if (watch === null) return;
  if (watch.above === null && watch.below === null) {
    throw new UsageError('when the number is wrong is not said', {
      received: `--watch ${watch.what}`,
      expected: '--above, --below, or both',
      fix: `descent debug <run> --from 1 --to 100 --watch ${watch.what} --above 10`,
    });
  }
  if (step !== undefined) {
    throw new UsageError('a number is watched over several steps', {
      received: `--watch with --step ${step}`,
      expected: '--from and --to',
    });
  }
}

interface Saved {
  readonly run: DebuggedRun;
  readonly step: DebuggedStep;
  readonly watch: Parameters<typeof pageOf>[2];
  readonly warnings: readonly string[];
}

async function savePage({ run, step, watch, warnings }: Saved, file: string, io: Io): Promise<string> {
  const { renderStep } = await import('@descent/runs');
  const text = renderStep(await pageOf(run, step, watch, warnings));
  await writeAtomically(file, text).catch((error: unknown) => {
    throw elsewhere(error, 'write it elsewhere: --html <file>');
  });
  return `page: ${shownPath(file, io.cwd)}`;
}
