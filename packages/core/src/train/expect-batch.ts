import { leavesOf, mapTree } from '../ir/tree.ts';
import { inputCheck } from '../model/input-check.ts';
import { type AnyBatch, fedBatch } from './batch.ts';
import { refusals } from './on-demand.ts';
import type { Recipe } from './step.ts';
import { brokenRule, type Judges, ofFewRows, rulesOf } from './targets.ts';

/** Throws what training on `batch` would throw for its types and its targets, without running anything. */
export async function expectBatch(recipe: Judges & Pick<Recipe, 'model'>, batch: AnyBatch): Promise<void> {
  const { x, y } = fedBatch(batch.x, batch.y);
  const { targets, network } = rulesOf(recipe, { x: mapTree(x, ofFewRows), y: mapTree(y, ofFewRows) }, false);
  const broken = brokenRule(targets, batch.y, true);
  if (broken !== null) throw (await refusals()).targetError(broken);
  const check = await inputCheck(network);
  check?.(Object.fromEntries(leavesOf(batch.x)));
}
