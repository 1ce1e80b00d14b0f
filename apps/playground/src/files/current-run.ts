import type { ImagePreprocessing } from '@descent/core';
import { describeDatasets } from '@descent/datasets';
import type { SetName } from '../session/protocol.ts';
import { recipeOf } from '../session/recipe.ts';
import { run, session } from '../session/run.ts';
import type { DataChoice, Experiment } from '../state/experiment.ts';
import { experiment } from '../state/store.ts';
import { picturesOf } from '../views/use/subject.ts';
import { type DataOrigin, type RunSet, runFolder } from './run-folder.ts';
import { zipOf } from './zip.ts';

/** A name for the files of an experiment: that of its data. */
export function nameOfRun({ data }: Pick<Experiment, 'data'>): string {
  const name = 'csv' in data ? data.csv.replace(/\.\w+$/, '') : 'images' in data ? data.images : data.name;
  return name.replace(/[^\w.-]+/g, '-').replace(/^[-.]+|-+$/g, '') || 'run';
}

/** The folder of the run of this page as a zip. The network is opened where there is none yet. */
export async function zipOfCurrentRun(): Promise<Uint8Array> {
  const asked = await session();
  const opened = run.opened.peek();
  const trained = run.trained.peek() ?? experiment.peek();
  if (opened === null) throw new Error('the network was taken away meanwhile');
  const counts = { train: opened.trainSamples, validation: opened.validationSamples, test: opened.testSamples };
  const roles = (Object.entries(counts) as [SetName, number][]).filter(([, count]) => count > 0);
  const sets: RunSet[] = [];
  for (const [role, count] of roles) sets.push({ role, ...(await asked.samples(role, 0, count)) });
  const pictures: ImagePreprocessing | null = picturesOf(trained.data);
  const folder = nameOfRun(trained);
  const files = await runFolder(folder, {
    experiment: trained,
    recipe: recipeOf(trained, opened.task),
    sets,
    origin: originOf(trained.data),
    classes: opened.classes,
    pictures,
    stepsAnEpoch: opened.stepsAnEpoch,
    checkpoint: await asked.checkpoint(),
    weights: await asked.exportSafetensors(),
    // A network without an ONNX file, such as one that has diverged, is still a run.
    onnx: await asked.exportOnnx().then(
      ({ bytes }) => bytes,
      () => null,
    ),
    cores: navigator.hardwareConcurrency,
    ended: new Date(),
  });
  return zipOf(files);
}

function originOf(data: DataChoice): DataOrigin {
  if ('csv' in data) return { name: data.csv, licence: 'unknown', source: data.csv };
  if ('images' in data) return { name: data.images, licence: 'unknown', source: data.images };
  const found = describeDatasets().find(({ id }) => id === data.name);
  const { name = data.name, licence = 'none', source = 'made by a formula' } = found ?? {};
  return { name, licence, source };
}
