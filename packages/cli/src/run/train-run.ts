import {
  type Backend,
  type Callback,
  createTrainer,
  DescentError,
  type EpochRecord,
  earlyStopping,
  type Finding,
  fit,
  metricAt,
  NumericError,
  type Parameters,
  type Trainer,
} from '@descent/core';
import { type DataSets, diagnoseData } from '@descent/core/diagnose';
import {
  bestCheckpoint,
  checkpoints,
  type FoundCheckpoint,
  jsonLinesLog,
  rewindEvents,
  rewindJsonLines,
  tensorboard,
} from '@descent/runs';
import type { LoadedData } from '../config/data.ts';
import { hasBoxes } from '../config/has-boxes.ts';
import type { LoadedConfig } from '../config/load.ts';
import { preparationOf } from '../config/preparation.ts';
import { InterruptedError } from '../errors.ts';
import { shownPath } from '../io.ts';
import { type ExportedFile, exportOnnx } from '../onnx.ts';
import { counted } from '../ui/count.ts';
import type { Progress } from '../ui/progress.ts';
import { formatCommand } from '../ui/shell.ts';
import { expectFinite } from './expect-finite.ts';
import type { RunFolder } from './folder.ts';
import { heldOutLoaders, trainLoader } from './loaders.ts';
import { proofInputs } from './proof.ts';
import type { RunRecord } from './record.ts';
import { writeReport } from './report.ts';
import type { RunChoices } from './run-choices.ts';

export interface TrainJob {
  readonly config: LoadedConfig;
  readonly data: LoadedData;
  /** Trains. */
  readonly backend: Backend;
  /** Is asked about the trained network, for the report. */
  readonly inference: Backend;
  /** Released at the end. */
  readonly folder: RunFolder;
  /** What is known before the first step. */
  readonly record: RunRecord;
  /** Ways that are chosen by measurement while it trains; null where rules choose them. */
  readonly choices: RunChoices | null;
  /** Where to go on. */
  readonly resume?: FoundCheckpoint | undefined;
  /** Where paths that people see begin. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Gets what people should see meanwhile. */
  readonly log: RunLog | null;
}

/** What is said while a run trains. */
export interface RunLog {
  epoch(record: EpochRecord): void;
  finding(finding: Finding): void;
}

export interface TrainedRun {
  readonly folder: RunFolder;
  readonly history: readonly EpochRecord[];
  readonly parameters: Parameters;
  /** Why training ended before its last epoch, or `null`. */
  readonly stopped: string | null;
  /** How far `model.onnx` is from the network, or why it could not be written. */
  readonly exported: ExportedFile | DescentError;
  /** Why `report.html` could not be written, or `null`. */
  readonly reportError: DescentError | null;
  readonly seconds: number;
}

/** Between two checkpoints when the config does not say when: a crash costs no more, and short epochs are not slowed down. */
const CHECKPOINT_SECONDS = 5;

/**
 * Trains a config into the folder of a run: `run.json` and the config first, a line of metrics after each epoch, checkpoints on the way; at the end the
 * weights, `model.onnx` and `report.html`. Whatever stops it, what there is so far is kept.
 */
export async function trainRun(job: TrainJob): Promise<TrainedRun> {
  const { config, data, signal, progress, folder, record, resume } = job;
  const { model, loss, optimizer, metrics, epochs, seed } = config;
  // Not the time of day, which may jump.
  const begun = performance.now();
  const recordNow = (status: RunRecord['status']): RunRecord => ({
    ...record,
    settings: { ...record.settings, ...(job.choices !== null && { choices: job.choices.all() }) },
    status,
    seconds: record.seconds + (performance.now() - begun) / 1000,
  });
  let trainer: Trainer | null = null;
  const history: EpochRecord[] = [...(resume?.position.history ?? [])];
  let closeLoader = async (): Promise<void> => {};
  const findings: Finding[] = [];
  let stopped: string | null = null;
  let remedy: string | undefined;
  const report = (status: RunRecord['status']): Promise<DescentError | null> =>
    trainer === null
      ? Promise.resolve(null)
      : writeReport({ ...job, record: recordNow(status), trainer, history, findings, stopped, remedy });
  try {
    await folder.writeRecord(record);
    // In the record before the first step that is computed so: a resume has the same bits, whatever ends this process.
    job.choices?.onNew(() => folder.writeRecord(recordNow('running')));
    findings.push(...diagnoseData(setsOf(data)));
    for (const finding of findings) job.log?.finding(finding);
    trainer = await createTrainer({
      model,
      loss,
      optimizer,
      metrics,
      seed,
      backend: job.backend,
    });
    await expectFinite(trainer, data);
    if (resume !== undefined) {
      await trainer.load(resume.state);
      await rewindJsonLines(folder.metricsPath, history.length);
      // A checkpoint at the end of an epoch is older than the record of the epoch, which is written again.
      await rewindEvents(folder.eventsPath, resume.state.step - resume.position.step);
    }
    const train = trainLoader(config, data);
    closeLoader = train.close;
    const result = await fit(trainer, {
      train,
      ...heldOutLoaders(data),
      ...(resume !== undefined && { resume: resume.position }),
      ...(config.maxResidentBytes !== undefined && { maxResidentBytes: config.maxResidentBytes }),
      epochs,
      signal,
      log: null,
      onEvent(event) {
        if (event.type === 'step') return progress.step({ ...event, epochs });
        progress.clear();
        job.log?.epoch(event);
      },
      callbacks: [{ onEpoch: (epoch) => void history.push(epoch) }, ...callbacksOf(job)],
    });
    for (const finding of result.findings) job.log?.finding(finding);
    findings.push(...result.findings);
    stopped = result.stopped;
    if (signal.aborted && stopped !== null && history.length < epochs)
      throw interrupted(folder, trainer.stepCount, job.cwd);
    const stopping = config.earlyStopping;
    // Where no epoch has a finite number, none is the best.
    if (stopping?.restoreBest === true && history.some((r) => Number.isFinite(metricAt(r, stopping.metric))))
      await trainer.load((await bestCheckpoint(folder.checkpointsPath)).state);
    const parameters = await trainer.parameters();
    await folder.writeWeights(parameters);
    const exported = await exportTrained(job, parameters, folder.onnxPath);
    const reportError = await report('finished');
    const finished = recordNow('finished');
    await folder.writeRecord(finished);
    return { folder, history, parameters, stopped, exported, reportError, seconds: finished.seconds };
  } catch (error) {
    // What ended the run is what the user must hear of, even when what there is cannot be written either.
    const status = error instanceof InterruptedError ? 'interrupted' : 'failed';
    stopped ??= error instanceof DescentError ? error.summary : 'an unexpected error';
    if (error instanceof DescentError) remedy = error.details.fix;
    await keepWeights(trainer, folder).catch(() => {});
    await folder
      .expectHeld()
      .then(() => report(status))
      .catch(() => {});
    const failure = status === 'failed' && trainer !== null ? failureOf(error, stopped, trainer.stepCount) : {};
    await folder.writeRecord({ ...recordNow(status), ...failure }).catch(() => {});
    throw error;
  } finally {
    progress.clear();
    trainer?.dispose();
    await closeLoader();
    await folder.release();
  }
}

/** Which step to look at, for `descent debug`. */
function failureOf(error: unknown, summary: string, steps: number): Pick<RunRecord, 'failure'> {
  return { failure: { steps, summary, nonFinite: error instanceof NumericError } };
}

function setsOf({ train, validation, test }: LoadedData): DataSets {
  const heldOut = validation ?? test;
  return { train, ...(heldOut !== null && { heldOut }) };
}

function callbacksOf({ config, folder, record }: TrainJob): readonly Callback[] {
  const { earlyStopping: stopping, checkpoints: wanted } = config;
  const best = stopping ?? (wanted?.best === undefined ? null : { metric: wanted.best, mode: wanted.mode });
  const { descent, data, environment } = record;
  // The record has those of now.
  const { choices: _, ...settings } = record.settings;
  return [
    // Before anything is written into a folder that is another's by now.
    {
      ...(wanted?.everySteps !== undefined && { everySteps: wanted.everySteps, onSteps: folder.expectHeld }),
      onEpoch: folder.expectHeld,
    },
    jsonLinesLog(folder.metricsPath),
    ...(config.tensorboard ? [tensorboard(folder.eventsPath)] : []),
    checkpoints({
      folder: folder.checkpointsPath,
      ...(wanted ?? { minSeconds: CHECKPOINT_SECONDS }),
      ...(best !== null && { best: best.metric, ...(best.mode !== undefined && { mode: best.mode }) }),
      info: { descent, settings, data, environment },
    }),
    // The best epoch is kept on the disk, so that it survives a resume.
    ...(stopping === null ? [] : [earlyStopping({ ...stopping, restoreBest: false })]),
  ];
}

async function keepWeights(trainer: Trainer | null, folder: RunFolder): Promise<void> {
  if (trainer !== null) await folder.writeWeights(await trainer.parameters());
}

function interrupted({ path, weightsPath }: RunFolder, steps: number, cwd: string): InterruptedError {
  const run = formatCommand(shownPath(path, cwd));
  const ended = `training ended after ${counted(steps, 'step')}; the weights are in ${shownPath(weightsPath, cwd)}`;
  return new InterruptedError(ended, {
    fix: `descent resume ${run} goes on; descent export ${run} makes an ONNX file of what there is`,
  });
}

/** Training is not lost when the file cannot be made, say for lack of a package; a file that computes something else is an error. */
async function exportTrained(
  { config, data, record }: TrainJob,
  parameters: Parameters,
  path: string,
): Promise<ExportedFile | DescentError> {
  try {
    return await exportOnnx(config.model, {
      parameters,
      sample: config.data.sample,
      exported: config.exported,
      path,
      loss: config.loss,
      labels: data.train.classes,
      preprocessing: record.image,
      preparation: preparationOf(record),
      hasBoxes: hasBoxes(config),
      inputs: proofInputs(data.test ?? data.train),
    });
  } catch (error) {
    if (error instanceof DescentError && !(error instanceof NumericError)) return error;
    throw error;
  }
}
