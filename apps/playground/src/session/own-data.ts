import type { DataChoice } from '../state/experiment.ts';
import type { OwnData } from './protocol.ts';

/** The data of the user's own that a choice names; `null` for named sets, which the worker loads. */
export async function ownDataOf(choice: DataChoice): Promise<OwnData | null> {
  if ('name' in choice) return null;
  const name = 'csv' in choice ? choice.csv : choice.images;
  throw new Error(`this page has no data called ${name}`);
}
