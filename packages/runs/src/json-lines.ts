import { appendFileSync } from 'node:fs';
import type { Callback } from '@descent/core';

/** Appends one line of JSON to `path` after each epoch, at once, so that it is there whatever happens next. */
export function jsonLines(path: string): Callback {
  return {
    onEpoch(record, { trainer }) {
      appendFileSync(path, `${JSON.stringify({ step: trainer.stepCount, ...record })}\n`);
    },
  };
}
