import { type FitResult, NumericError } from '@descent/core';
import { describe, expect, test } from 'vitest';
import { type MadeRun, trained } from './made-run.ts';
import { MADE_RUNS } from './runs.ts';

/** How often advice may be followed until the run is good: a rate that is far off takes several tenths. */
const MOST_TRIES = 5;
/** One run of so many that are about the learning rate, since there are many. */
const EVERY = 3;

describe('advice helps', () => {
  test.each(MADE_RUNS.filter(({ advised }) => advised !== undefined))('$name', async (run) => {
    const before = await trained(run);
    const after = await trained({ ...run, ...run.advised });
    console.log(`${run.name}: ${quality(before).toFixed(2)} → ${quality(after).toFixed(2)}`);
    // A good part of what was missing.
    expect(quality(after)).toBeGreaterThan(quality(before) + 0.3 * (1 - quality(before)));
    // A larger network may still be too small.
    const [rule] = run.expected;
    if (rule !== 'underfitting') expect(after.findings.map((finding) => finding.rule)).not.toContain(rule);
  });

  const rates = MADE_RUNS.filter(({ expected }) => expected[0]?.startsWith('learning rate') === true);
  test.each(rates.filter((_, i) => i % EVERY === 0))('$name: lr', async (run) => {
    const qualities: number[] = [];
    let current: MadeRun = run;
    for (let i = 0; i <= MOST_TRIES; i++) {
      const result = await trainedOrNot(current);
      if (result === null) break;
      qualities.push(quality(result));
      const lr = advisedRate(result);
      if (lr === null) break;
      current = { ...current, optimizer: { ...current.optimizer, lr } };
    }
    console.log(`${run.name}: ${qualities.map((q) => q.toFixed(2)).join(' → ')}, lr ${String(current.optimizer.lr)}`);
    // A run that ended with an error says what to do by its own.
    if (qualities.length > 0 && run.optimizer.lr !== 0)
      expect(qualities.at(-1)).toBeGreaterThan((qualities[0] as number) + 0.1);
  });
});

async function trainedOrNot(run: MadeRun): Promise<FitResult | null> {
  try {
    return await trained(run);
  } catch (error) {
    if (error instanceof NumericError) return null;
    throw error;
  }
}

function advisedRate({ findings }: FitResult): number | null {
  const found = findings.map(({ advice }) => /try lr ([\d.e+-]+)/.exec(advice)?.[1]).find((lr) => lr !== undefined);
  return found === undefined ? null : Number(found);
}

/** Accuracy on held-out data, or the share of the loss of a constant answer that is gone; at least 0. */
function quality({ history, facts }: FitResult): number {
  const test = history.at(-1)?.test;
  if (test == null) return 0;
  return test['accuracy'] ?? Math.max(0, 1 - test.loss / (facts.constantLoss ?? Number.NaN));
}
