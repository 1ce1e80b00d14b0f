import type { Directions, EpochRecord, Finding, MetricPath, Mode, Summary } from '@descent/core';
import type { Environment } from './environment.ts';
import type { Evaluation } from './evaluation.ts';

/** Everything that a report shows; plain data. What is left out is not shown. */
export interface ReportInput {
  readonly title: string;
  /** Default `'finished'`. */
  readonly status?: 'running' | 'finished' | 'interrupted' | 'failed';
  /** When training began, as ISO 8601. */
  readonly started?: string;
  /** Wall time of the whole run in seconds. Default: the sum over the epochs. */
  readonly seconds?: number;
  readonly history: readonly EpochRecord[];
  /** Why training ended before its time, or `null`. */
  readonly stopped: string | null;
  /** What the error that ended training advises, as sentences or parts of them. */
  readonly remedy?: string;
  readonly findings: readonly Finding[];
  /** The number that says which epoch is best. Default: the accuracy of held-out data if `directions` has one, else their loss. */
  readonly best?: MetricPath;
  /** Whether its smallest or its largest value is the best. Default: as `directions` says. */
  readonly mode?: Mode;
  /** Which way each number gets better, by its name: `trainer.directions`. Without it only losses are known to be better lower. */
  readonly directions?: Directions;
  /** The learning rate of some of the updates, in order. */
  readonly learningRate?: readonly { readonly step: number; readonly lr: number }[];
  /** Whether a schedule leaves next to no learning rate for more epochs. Default `false`. */
  readonly isScheduleOver?: boolean;
  readonly evaluation?: Evaluation;
  readonly summary: Summary;
  /** The network as an SVG: `drawModel(model, { sample })` of `@descent/core/draw`. */
  readonly picture?: string;
  readonly datasets?: readonly ReportDataset[];
  /** Such as loss, optimizer, batch size: shown as they are. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  readonly config?: { readonly file: string; readonly text: string };
  readonly environment: Environment;
  readonly backend?: { readonly name: string; readonly description?: string };
  readonly seed?: number;
  readonly checkpoints?: readonly ReportCheckpoint[];
  /** What can be done with the run, for people: shown behind the advice of the findings. */
  readonly next?: readonly ReportCommand[];
}

export interface ReportCommand {
  /** What it does: `go on with the training`. */
  readonly what: string;
  /** What to type. */
  readonly command: string;
  /** Whether it is more epochs of the same, which is left out where the course says that they would not help. */
  readonly trainsOn?: boolean;
}

export interface ReportDataset {
  /** `train`, `validation` or `test`, or any other word. */
  readonly role: string;
  readonly name: string;
  readonly items: number;
  /** Of one item, such as `uint8 [1, 28, 28]`. */
  readonly item?: string;
  readonly licence: string;
  readonly source: string;
  /** By `hashOfData`. */
  readonly sha256: string;
}

export interface ReportCheckpoint {
  readonly file: string;
  /** Updates made. */
  readonly step: number;
  /** Epochs done. */
  readonly epochs?: number;
  readonly bytes?: number;
}
