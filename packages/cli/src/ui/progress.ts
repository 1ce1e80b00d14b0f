import cliProgress from 'cli-progress';
import type { Io } from '../io.ts';

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
  const start = (total: number, payload: object): cliProgress.SingleBar => {
    const format = `epoch {epoch}  ${out.colors.cyan('{bar}')}  {value}/{total} steps  loss {loss}  {eta_formatted} left`;
    const started = new cliProgress.SingleBar(
      {
        stream: out.stream as NodeJS.WriteStream,
        format,
        barsize: 24,
        hideCursor: true,
        clearOnComplete: true,
        gracefulExit: false,
        stopOnComplete: false,
      },
      cliProgress.Presets.shades_classic,
    );
    started.start(total, 0, payload);
    return started;
  };
  return {
    step({ epoch, epochs, step, steps, metrics }) {
      const payload = { epoch: `${epoch}/${epochs}`, loss: metrics.loss.toFixed(4) };
      bar ??= start(steps, payload);
      bar.update(step, payload);
    },
    clear() {
      bar?.stop();
      bar = null;
    },
  };
}
