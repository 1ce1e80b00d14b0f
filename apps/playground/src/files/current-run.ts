import type { ImagePreprocessing } from '@descent/core';
import { describeDatasets } from '@descent/datasets';
import { entriesOf } from '../data/archive.ts';
import { readKept } from '../data/kept.ts';
import { usedClasses } from '../data/own.ts';
import { namedFiles } from '../data/own-files.ts';
import { picturesOf } from '../data/pictures-of.ts';
import type { SetName } from '../session/protocol.ts';
import { recipeOf } from '../session/recipe.ts';
import { run, session } from '../session/run.ts';
import { type DataChoice, type Experiment, filesName, tableOf } from '../state/experiment.ts';
import { experiment } from '../state/store.ts';
import { type DataOrigin, type RunSet, runFolder } from './run-folder.ts';
import { type Files, zipOf } from './zip.ts';

/** A name for the files of an experiment: that of its data. */
export function nameOfRun({ data }: Pick<Experiment, 'data'>): string {
  const name =
    'name' in data
      ? data.name
      : 'images' in data
        ? data.images
        : ('files' in data ? filesName(data) : (tableOf(data) as string)).replace(/\.\w+$/, '');
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
  for (const [role] of roles) sets.push({ role, ...(await asked.whole(role)) });
  const pictures: ImagePreprocessing | null = opened.pictures ?? picturesOf(trained.data);
  const folder = await runFolder(folderOf(trained), {
    experiment: trained,
    recipe: recipeOf(trained, opened.learned),
    sets,
    origin: originOf(trained.data),
    classes: opened.classes,
    pictures,
    preparation: { ...opened.preparation, ...(opened.text !== undefined && { text: opened.text }) },
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
  return zipOf(new Map([...folder, ...(await ownFiles(trained.data))]));
}

/** The name of the run's folder: not that of a folder of pictures beside it. */
export function folderOf({ data }: Pick<Experiment, 'data'>): string {
  return 'images' in data || 'files' in data ? `${nameOfRun({ data })}-run` : nameOfRun({ data });
}

/** The data of the user's own as the config names them, relative to the folder that the run's folder is in. */
async function ownFiles(data: DataChoice): Promise<Files> {
  if ('name' in data) return new Map();
  const all = await readKept();
  const found: readonly (readonly [string, Blob])[] =
    'files' in data
      ? namedFiles(data, all).flatMap((one) =>
          one.kept.flatMap(({ path, file }) => (isInside(path) ? [[path, file] as const] : [])),
        )
      : 'images' in data
        ? entriesOf(usedClasses(all, data.images)).map(
            ({ path, source }) => [`${data.images}/${path}`, source] as const,
          )
        : all.tables.filter(({ name }) => name === tableOf(data)).map(({ name, file }) => [name, file] as const);
  return new Map(
    await Promise.all(found.map(async ([path, file]) => [path, new Uint8Array(await file.arrayBuffer())] as const)),
  );
}

/** Whether a path leads nowhere above the folder that an archive is unpacked into. */
function isInside(path: string): boolean {
  return !/^[/\\]|^[a-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)/i.test(path);
}

function originOf(data: DataChoice): DataOrigin {
  if (!('name' in data)) {
    const name = 'files' in data ? filesName(data) : 'images' in data ? data.images : (tableOf(data) as string);
    return { name, licence: 'unknown', source: name };
  }
  const found = describeDatasets().find(({ id }) => id === data.name);
  const { name = data.name, licence = 'none', source = 'made by a formula' } = found ?? {};
  return { name, licence, source };
}
