import { restore } from '../session/run.ts';
import { experiment, view } from '../state/store.ts';
import { foreign, useModel } from '../views/use/foreign.ts';
import { openModel } from '../views/use/foreign-model.ts';
import { bytesOf } from './limits.ts';
import { readFile } from './read-file.ts';

/** What was done with a file. */
export type Outcome =
  | { readonly kind: 'experiment'; readonly hasNumbers: boolean; readonly unused: readonly string[] }
  | { readonly kind: 'numbers' }
  | { readonly kind: 'model' };

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
  experiment.value = found.experiment;
  if (found.numbers !== null) await restore(found.numbers.bytes, found.numbers.kind);
  return { kind: 'experiment', hasNumbers: found.numbers !== null, unused: found.unused };
}
