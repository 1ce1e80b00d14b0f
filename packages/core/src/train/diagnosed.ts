import { diagnoseRun } from '../diagnose/diagnose-run.ts';
import { type RunNotes, runFacts } from './facts.ts';
import type { FitResult } from './fit.ts';
import type { Trainer } from './trainer.ts';

/** What a run suffers from, and what that rests on. Loaded at the end of `fit`. */
export async function diagnosed(trainer: Trainer, notes: RunNotes): Promise<Pick<FitResult, 'findings' | 'facts'>> {
  const facts = await runFacts(trainer, notes);
  return { findings: diagnoseRun(facts), facts };
}
