import { DescentError } from '@descent/core';
import { changeKept } from '../data/kept.ts';
import { takeSet, takeTable } from '../data/take-in.ts';
import { restore } from '../session/run.ts';
import { type DataChoice, filesName, tableOf } from '../state/experiment.ts';
import { experiment, view } from '../state/store.ts';
import { foreign, useModel } from '../views/use/foreign.ts';
import { openModel } from '../views/use/foreign-model.ts';
import { bytesOf } from './limits.ts';
import { type ReadFile, readFile } from './read-file.ts';

/** What was done with a file. */
export type Outcome =
  | {
      readonly kind: 'experiment';
      readonly hasNumbers: boolean;
      readonly unused: readonly string[];
      readonly data: TakenData | null;
    }
  | { readonly kind: 'numbers' }
  | { readonly kind: 'model' };

/** What became of the data of the user's own in an archive. */
export interface TakenData {
  /** Their name in this browser; `null` where they were not taken. */
  readonly name: string | null;
  /** Why not, or how many pictures were not. */
  readonly leftOut: string | number;
}

/**
 * Opens a file that the user gave: an experiment becomes that of the page, numbers go into its network, an ONNX file is asked instead of it.
 * @throws DescentError or ProblemError with what is wrong; the page is then as it was, but for an experiment whose numbers do not fit it.
 */
export async function openFile(file: File): Promise<Outcome> {
  const found = await readFile(await bytesOf(file), file.name);
  if (found.kind === 'model') {
    useModel(await openModel(found.name, found.bytes));
    view.value = 'use';
    return { kind: 'model' };
  }
  if (foreign.peek() !== null) useModel(null);
  if (found.kind === 'numbers') {
    await restore(found.numbers.bytes, found.numbers.kind);
    return { kind: 'numbers' };
  }
  const taken = await takeIn(found);
  experiment.value = { ...found.experiment, data: taken.choice };
  if (found.numbers !== null) await restore(found.numbers.bytes, found.numbers.kind);
  return { kind: 'experiment', hasNumbers: found.numbers !== null, unused: found.unused, data: taken.data };
}

/** Keeps the data of a run in the browser. Where other data have their name they get another, and so do those of the experiment. */
async function takeIn({ experiment: { data: choice }, data }: ReadFile & { readonly kind: 'experiment' }): Promise<{
  readonly choice: DataChoice;
  readonly data: TakenData | null;
}> {
  if (data === null) return { choice, data: null };
  if (data instanceof DescentError) {
    const { received, expected } = data.details;
    return { choice, data: { name: null, leftOut: `${data.summary}: ${received} (${expected})` } };
  }
  if (data.kind === 'table' && ('csv' in choice || 'texts' in choice)) {
    const name = await takeTable(tableOf(choice) as string, new Blob([data.bytes.slice()], { type: 'text/csv' }));
    const renamed = 'csv' in choice ? { ...choice, csv: name } : { ...choice, texts: name };
    return { choice: renamed, data: { name, leftOut: 0 } };
  }
  if (data.kind === 'pictures' && 'images' in choice) {
    const files = new Map(Array.from(data.files, ([path, bytes]) => [path, new Blob([bytes.slice()])] as const));
    const { name, added } = await takeSet(choice.images, files);
    return { choice: { ...choice, images: name }, data: { name, leftOut: added?.broken.length ?? 0 } };
  }
  if (data.kind === 'files' && 'files' in choice) {
    const files = Array.from(data.files, ([path, bytes]) => ({ path, file: new Blob([bytes.slice()]) }));
    await changeKept({ put: { files } });
    return { choice, data: { name: filesName(choice), leftOut: 0 } };
  }
  return { choice, data: null };
}
