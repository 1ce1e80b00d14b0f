import { join } from 'node:path';
import type { Choices, MeasuredChoices } from '@descent/backend-onnx';
import { UsageError } from '../errors.ts';
import { type Io, warn } from '../io.ts';

/** Which ways of computing are chosen by measurement for a run; there are more of them from program to program. */
export interface RunChoices {
  /** For the backend that trains. */
  readonly options: MeasuredChoices;
  /** All so far. */
  all(): Choices;
  /** Calls `write` for each that is new, before anything is computed by it. */
  onNew(write: () => Promise<void>): void;
}

/** Choices for a run that begins with those that are `known`, such as those of a run that goes on. What was measured on this machine is kept in the cache folder. */
export function runChoices(known: Choices, io: Io): RunChoices {
  let all = known;
  let write = async (): Promise<void> => {};
  return {
    options: {
      known,
      file: join(io.cache, 'onnx-choices.json'),
      warn: (text) => warn([text], io),
      async keep(choices) {
        all = choices;
        await write();
      },
    },
    all: () => all,
    onNew(given) {
      write = given;
    },
  };
}

/** Choices as they were recorded: nothing is measured, and nothing kept. */
export function recordedChoices(known: Choices | undefined, io: Io): MeasuredChoices | undefined {
  return known === undefined ? undefined : { known, seconds: 0, file: null, warn: (text) => warn([text], io) };
}

/** Throws a UsageError for a backend that has nothing to choose, which would run as if nothing was said. */
export function expectChoices(backend: string): void {
  if (backend === 'onnx:cpu' || backend === 'auto') return;
  throw new UsageError('ways are chosen by measurement on onnx:cpu alone', {
    path: 'choices',
    received: `'measured' for the backend '${backend}'`,
    expected: "the backend 'onnx:cpu', or 'auto'",
    fix: 'leave choices out, or train with --backend onnx:cpu',
  });
}
