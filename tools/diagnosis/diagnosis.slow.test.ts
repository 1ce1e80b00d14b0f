import { readFileSync, writeFileSync } from 'node:fs';
import { NumericError, type RunFacts } from '@descent/core';
import { expect, test } from 'vitest';
import { judged, table, type Verdict } from './judge.ts';
import { type MadeRun, trained } from './made-run.ts';
import { MADE_RUNS } from './runs.ts';

const FILE = new URL('fixtures/facts.json', import.meta.url);
const SEED = process.env['DESCENT_SEED'];

// A part of a name trains only these, and adds them to what is kept.
const ONLY = process.env['DESCENT_ONLY'] ?? '';

test('made runs are diagnosed by their causes', async () => {
  const verdicts: Verdict[] = [];
  const known: Record<string, RunFacts | null> = ONLY === '' ? {} : JSON.parse(readFileSync(FILE, 'utf8'));
  for (const run of MADE_RUNS.filter(({ name }) => new RegExp(ONLY).test(name))) {
    const facts = await factsOf({ ...run, ...(SEED !== undefined && { seed: Number(SEED) }) });
    known[run.name] = facts;
    verdicts.push(judged(run, facts));
  }
  console.log(table(verdicts));
  // DESCENT_WRITE_FACTS=1 keeps them for the quick test.
  if (process.env['DESCENT_WRITE_FACTS'] === '1') {
    const lines = MADE_RUNS.flatMap(({ name }) => (name in known ? [[name, known[name]] as const] : [])).map(
      ([name, facts]) => `${JSON.stringify(name)}: ${JSON.stringify(facts)}`,
    );
    writeFileSync(process.env['DESCENT_FACTS'] ?? FILE, `{\n${lines.join(',\n')}\n}\n`);
  }
  expect(verdicts.filter(({ wrong, missed }) => wrong.length + missed.length > 0).map(({ run }) => run.name)).toEqual(
    [],
  );
}, 600_000);

async function factsOf(run: MadeRun): Promise<RunFacts | null> {
  try {
    return rounded((await trained(run)).facts);
  } catch (error) {
    if (error instanceof NumericError) return null;
    throw error;
  }
}

/** Four digits, without times. */
function rounded(facts: RunFacts): RunFacts {
  return JSON.parse(
    JSON.stringify(facts, (key, v) =>
      key === 'seconds' ? undefined : typeof v === 'number' ? Number(v.toPrecision(4)) : v,
    ),
  ) as RunFacts;
}
