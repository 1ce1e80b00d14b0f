import type { InspectedLayer, InspectedParameter } from '@descent/core/diagnose';
import type { Environment } from '../report/environment.ts';

/** A sample of a batch, and what was said of it. */
export interface StepSample {
  /** Its number in the training data; `null` where that is not known. */
  readonly row: number | null;
  /** For people: numbers with the names of their columns, a text. */
  readonly input: string;
  readonly target: string;
  readonly answer: string;
  /** Of the answer, where it is one of some classes. */
  readonly probability: number | null;
  /** Whether the answer is the target, where it can be. */
  readonly right: boolean | null;
  /** The input as a picture, as `data:` URI. */
  readonly image?: string;
}

/** Something that people should see first. */
export interface StepNote {
  /** Whether it is well, wrong, or only to be known. */
  readonly tone: 'good' | 'warn' | 'note';
  readonly title: string;
  readonly text: string;
}

/** Everything that the page of one step shows. */
export interface StepPage {
  readonly title: string;
  /** What this step is, in a sentence or two. */
  readonly lead: string;
  /** Whether it could not be made. */
  readonly failed: boolean;
  readonly tiles: readonly { readonly name: string; readonly value: string; readonly note?: string }[];
  readonly notes: readonly StepNote[];
  readonly layers: readonly InspectedLayer[];
  readonly parameters: readonly InspectedParameter[];
  readonly samples: readonly StepSample[];
  /** Samples of the whole batch. */
  readonly batchSize: number;
  /** The loss of this step and of those replayed in front of it. */
  readonly losses: readonly { readonly step: number; readonly loss: number }[];
  /** What else was watched step by step. */
  readonly watched?: {
    readonly name: string;
    readonly points: readonly { readonly step: number; readonly value: number }[];
  };
  readonly step: number;
  /** How it was found and whether it is what the run did, by what. */
  readonly conditions: readonly (readonly [what: string, how: string])[];
  readonly environment: Environment;
}
