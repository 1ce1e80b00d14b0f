import { DescentError } from '@descent/core';
import type { Problem } from './protocol.ts';

/** An error of the worker as the page has it. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** What an error says, part by part. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (!(error instanceof DescentError))
    return { name: 'Error', message: error instanceof Error ? error.message : String(error) };
  const { path, received, expected, fix } = error.details;
  return {
    name: error.name,
    message: error.summary,
    ...(path !== undefined && { path }),
    ...(received !== undefined && { received }),
    ...(expected !== undefined && { expected }),
    ...(fix !== undefined && { fix }),
  };
}
