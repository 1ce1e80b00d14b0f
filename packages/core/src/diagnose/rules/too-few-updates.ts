import { short } from '../measures.ts';
import type { Rule } from './rule.ts';

const FEW = 100;
/** Movement of the weights in one update, in shares of their size, below which the updates are too small rather than too few. */
const MOVED = 1e-3;

/** Batches so large that an epoch has one or two updates, and training ends while the loss is still falling. */
export const tooFewUpdates: Rule = ({ steps, train, change }, { isPoor, lateProgress, last }) => {
  if (steps === undefined || train === undefined || !isPoor) return null;
  if (change !== undefined && change.moved < MOVED * steps.count) return null;
  if (steps.count >= FEW || steps.perEpoch > 2 || (lateProgress ?? 1) < 0.1) return null;
  return {
    rule: 'too few updates',
    seen: `a batch of ${train.batchSize} out of ${train.samples} samples makes ${steps.perEpoch === 1 ? 'one update' : 'two updates'} an epoch, ${steps.count} in all, and the training loss was still falling at ${short(last.train.loss)}`,
    advice: `try batches of ${Math.max(1, Math.min(32, Math.ceil(train.samples / 8)))}, or many more epochs`,
  };
};
