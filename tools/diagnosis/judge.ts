import type { Finding, RunFacts } from '@descent/core';
import { diagnoseRun } from '@descent/core/diagnose';
import type { MadeRun } from './made-run.ts';

export interface Verdict {
  readonly run: MadeRun;
  readonly findings: readonly Finding[];
  /** Findings that the run should have and has not. */
  readonly missed: readonly string[];
  /** Findings that are not true of the run. */
  readonly wrong: readonly string[];
}

/** Compares what the rules say of a run with what is known about it. `null` facts are those of a run that ended with an error. */
export function judged(run: MadeRun, facts: RunFacts | null): Verdict {
  const findings = facts === null ? [] : diagnoseRun(facts);
  const rules = findings.map(({ rule }) => rule);
  return {
    run,
    findings,
    // A loss that became infinite ends the run with an error, which names the causes.
    missed: facts === null ? [] : run.expected.filter((rule) => !rules.includes(rule)),
    wrong: rules.filter((rule) => !run.expected.includes(rule) && run.allowed?.includes(rule) !== true),
  };
}

export function table(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(({ run, findings, missed, wrong }) => {
    const said = findings.map(({ rule, seen }) => `${rule}: ${seen}`).join(' | ') || 'nothing';
    const mark = wrong.length > 0 ? 'WRONG ' : missed.length > 0 ? 'MISSED' : 'right ';
    return `${mark} ${run.name} → ${said}`;
  });
  const count = (of: (v: Verdict) => boolean): number => verdicts.filter(of).length;
  const right = count(({ missed, wrong }) => missed.length + wrong.length === 0);
  return `${lines.join('\n')}\n${verdicts.length} runs: ${right} right, ${count((v) => v.wrong.length > 0)} wrong, ${count((v) => v.missed.length > 0)} missed`;
}
