import { readFileSync } from 'node:fs';
import type { RunFacts } from '@descent/core';
import { describe, expect, test } from 'vitest';
import { judged, table } from './judge.ts';
import { MADE_RUNS } from './runs.ts';

const FACTS = JSON.parse(readFileSync(new URL('fixtures/facts.json', import.meta.url), 'utf8')) as Record<
  string,
  RunFacts | null
>;

describe('what is known about made runs', () => {
  const verdicts = MADE_RUNS.map((run) => judged(run, FACTS[run.name] as RunFacts | null));
  if (process.env['DESCENT_SHOW'] === '1') console.log(table(verdicts));
  test.each(verdicts.map((v) => [v.run.name, v] as const))('%s', (_, { wrong, missed }) => {
    expect({ wrong, missed }).toEqual({ wrong: [], missed: [] });
  });
});
