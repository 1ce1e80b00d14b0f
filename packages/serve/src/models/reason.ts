import { DescentError } from '@descent/core';

/** As `reason`, for those who ask from elsewhere: where a file lies is nobody's business. */
export function publicReason(error: unknown): string {
  if (!(error instanceof DescentError)) return reason(error);
  const { path: _, ...details } = error.details;
  return reason(new DescentError(error.summary, details));
}

/** The first line of what went wrong, and what was received, for a log. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .trim()
    .split('\n')
    .slice(0, 2)
    .map((line) => line.trim())
    .join('; ');
}
