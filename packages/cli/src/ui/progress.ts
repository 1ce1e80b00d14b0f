import cliProgress from 'cli-progress';
import type { Io, Output } from '../io.ts';

export interface ProgressStep {
  readonly epoch: number;
  readonly epochs: number;
  /** Steps of this epoch that are done, from 1. */
  readonly step: number;
  readonly steps: number;
  readonly metrics: { readonly loss: number };
}

/** Shows how far an epoch is. */
export interface Progress {
  step(step: ProgressStep): void;
  /** Takes the bar away, so that a line can be printed. */
  clear(): void;
}

const NO_PROGRESS: Progress = { step: () => {}, clear: () => {} };

/** A bar for each epoch on a terminal; nothing elsewhere, where the line of each epoch has to do. */
export function createProgress({ out }: Io, quiet = false): Progress {
  if (quiet || !out.isTerminal) return NO_PROGRESS;
  let bar: cliProgress.SingleBar | null = null;
  const format = `epoch {epoch}  ${out.colors.cyan('{bar}')}  {value}/{total} steps  loss {loss}{left}`;
  /** The first step that was seen of the epoch, which compiles, and when it ended. */
  let first: { readonly step: number; readonly at: number } | null = null;
  /** What the other steps take by those between the first and this one; nothing before there are some. */
  const left = (step: number, steps: number): string => {
    const now = performance.now();
    first ??= { step, at: now };
    if (step === first.step || step === steps) return '';
    const seconds = (((now - first.at) / (step - first.step)) * (steps - step)) / 1000;
    return `  ${seconds < 1 ? '< 1 s' : `${Math.round(seconds)} s`} left`;
  };
  return {
    step({ epoch, epochs, step, steps, metrics }) {
      const payload = { epoch: `${epoch}/${epochs}`, loss: metrics.loss.toPrecision(4), left: left(step, steps) };
      bar ??= startBar(out, format, steps, payload);
      bar.update(step, payload);
    },
    clear() {
      bar?.stop();
      bar = null;
      first = null;
    },
  };
}

/** A bar on a terminal, which goes when it is stopped. */
export function startBar({ stream }: Output, format: string, total: number, payload: object): cliProgress.SingleBar {
  const bar = new cliProgress.SingleBar(
    {
      stream: stream as NodeJS.WriteStream,
      format,
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
      stopOnComplete: false,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0, payload);
  return bar;
}
