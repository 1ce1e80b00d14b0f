import {
  type Backend,
  createPredictor,
  DescentError,
  type EpochRecord,
  type Finding,
  formatShape,
  learningRate,
  type Parameters,
  summarize,
  type Trainer,
} from '@descent/core';
import { isLeaf, leavesOf } from '@descent/core/backend';
import { formatChoice } from '@descent/core/choose';
import { writeAtomically } from '@descent/files';
import { type Evaluation, evaluateClasses, evaluateNumbers, type ReportInput, renderReport } from '@descent/runs';
import type { LoadedData, LoadedSet } from '../config/data.ts';
import type { LoadedConfig } from '../config/load.ts';
import { listCheckpoints, type RunFolder } from './folder.ts';
import type { RunRecord } from './record.ts';

export interface ReportJob {
  readonly config: LoadedConfig;
  readonly data: LoadedData;
  readonly inference: Backend;
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly trainer: Trainer;
  readonly history: readonly EpochRecord[];
  readonly findings: readonly Finding[];
  readonly stopped: string | null;
}

/** Learning rates shown, at most. */
const RATES = 200;

/** Writes `report.html`. What is wrong with the report is told, but never ends a run. */
export async function writeReport(job: ReportJob): Promise<DescentError | null> {
  try {
    await writeAtomically(job.folder.reportPath, renderReport(await reportInput(job)));
    return null;
  } catch (error) {
    if (error instanceof DescentError) return error;
    throw error;
  }
}

async function reportInput(job: ReportJob): Promise<ReportInput> {
  const { config, record, history, stopped, folder, trainer } = job;
  const parameters = await trainer.parameters();
  const evaluation = record.status === 'finished' ? await evaluate(job, parameters) : null;
  const best = config.earlyStopping?.metric ?? config.checkpoints?.best;
  const mode = config.earlyStopping?.mode ?? config.checkpoints?.mode;
  const { seed, backend, choice, ...settings } = record.settings;
  return {
    title: folder.path.split(/[\\/]/).at(-1) ?? 'run',
    status: record.status,
    started: record.started,
    seconds: record.seconds,
    history,
    stopped,
    findings: job.findings,
    ...(best !== undefined && { best }),
    ...(mode !== undefined && { mode }),
    directions: trainer.directions,
    learningRate: rates(config, trainer.stepCount),
    ...(evaluation !== null && { evaluation }),
    summary: summarize(config.model, config.data.sample),
    ...(isLeaf(config.data.sample) && { inputShape: config.data.sample.shape }),
    datasets: record.data.map((set) => ({ ...set, item: itemOf(job.data[set.role]) })),
    settings: {
      ...settings,
      metrics: settings.metrics.join(', '),
      ...(choice !== undefined && { whyBackend: formatChoice(choice) }),
    },
    config: { file: record.config.file, text: config.source },
    environment: record.environment,
    backend: { name: backend },
    seed,
    checkpoints: await listCheckpoints(folder.checkpointsPath),
  };
}

/** Held-out data where there are any. */
async function evaluate({ config, data, inference }: ReportJob, parameters: Parameters): Promise<Evaluation | null> {
  const set = data.test !== null ? 'test' : data.validation !== null ? 'validation' : 'train';
  const { sample } = config.data;
  const { x, y, classes, length } = data[set] as LoadedSet;
  // Charts of single samples are about one array and one target.
  if (!isLeaf(x) || !isLeaf(y) || !isLeaf(sample)) return null;
  const examples = { x, y, classes };
  const { model, loss } = config;
  const predictor = await createPredictor({ model, parameters, sample, backend: inference, loss });
  try {
    if (classes.length > 0) {
      const output = predictor.outputKind;
      // What is trained on labels by another loss than that of logits may still be the largest at the right class.
      return await evaluateClasses(predictor.predict, examples, {
        set,
        ignoreIndex: loss.ignoreIndex,
        ...(output !== 'values' && { output }),
      });
    }
    return y.dtype === 'float32' && y.data.length === length
      ? await evaluateNumbers(predictor.predict, examples, { set })
      : null;
  } finally {
    predictor.dispose();
  }
}

function rates({ optimizer }: LoadedConfig, steps: number): readonly { readonly step: number; readonly lr: number }[] {
  const count = Math.min(RATES, steps);
  return Array.from({ length: count }, (_, i) => {
    const step = count === 1 ? 1 : 1 + Math.round((i * (steps - 1)) / (count - 1));
    return { step, lr: learningRate(optimizer, step) };
  });
}

function itemOf(data: LoadedSet | null): string {
  if (data === null) return '';
  return leavesOf(data.x)
    .map(([name, { dtype, shape }]) => `${name === '' ? '' : `${name} `}${dtype} ${formatShape(shape.slice(1))}`)
    .join(', ');
}
