import type { OutputKind } from '../targets/output-kind.ts';

/** Means of an epoch, by name; `loss` is always there. */
export type EpochMetrics = Readonly<Record<string, number>> & { readonly loss: number };

/** What the rules look at in an epoch; an `EpochRecord` fits. */
export interface EpochFacts {
  readonly epoch: number;
  readonly train: EpochMetrics;
  readonly validation: EpochMetrics | null;
  readonly test: EpochMetrics | null;
}

/**
 * Everything that the rules know about a run: plain data, so that it can be kept and judged again. What is left out is unknown; rules that
 * need it say nothing.
 */
export interface RunFacts {
  readonly history: readonly EpochFacts[];
  readonly steps?: StepFacts;
  readonly recipe?: RecipeFacts;
  readonly train?: DataFacts;
  readonly heldOut?: DataFacts;
  /** The loss of the best constant output: what a network reaches that does not look at its input. */
  readonly constantLoss?: number;
  /** Each layer on one batch after training, in order of computation. */
  readonly layers?: readonly LayerFacts[];
  readonly change?: ChangeFacts;
}

export interface StepFacts {
  /** Updates made. */
  readonly count: number;
  /** Of one epoch. */
  readonly perEpoch: number;
  /** The loss before the first update. */
  readonly firstLoss?: number;
}

export interface RecipeFacts {
  readonly loss: string;
  /** What the loss takes the network's output for, where it says so. */
  readonly takes?: OutputKind;
  readonly optimizer: string;
  /** Number of parameter tensors that training changes. */
  readonly trained?: number;
  /** Learning rates of the first and of the last step, and the highest between. */
  readonly lr: { readonly first: number; readonly last: number; readonly highest: number };
  /** Whether the network ends in a linear layer or a convolution, whose numbers have no limits. */
  readonly endsLinear?: boolean;
  /** Range that the last operation leaves to the output, such as 0 to 1 for a sigmoid; a side without limit is left out. */
  readonly outputRange?: { readonly by: string; readonly low?: number; readonly high?: number };
}

/** Numbers of a set of samples, or of a part of it. */
export interface DataFacts {
  readonly samples: number;
  readonly batchSize: number;
  readonly x: RangeFacts;
  /** Samples of each class, by label; of integer labels. */
  readonly classes?: Readonly<Record<number, number>>;
  /** Of float targets. */
  readonly targets?: RangeFacts;
  /** Mean share of a batch that its most frequent class has, in the order of the first epoch. */
  readonly batchPurity?: number;
}

export interface RangeFacts {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

export interface LayerFacts {
  readonly path: string;
  readonly label: string;
  readonly output: RangeFacts;
  readonly dead: number;
  readonly units: number;
  /** Root mean square of the loss's gradient with respect to the weight, and of the weight itself; of layers that have one. */
  readonly weight?: {
    readonly gradient: number;
    readonly size: number;
    /** Whether all units have the same weights. */
    readonly identical: boolean;
  };
}

/** What training did to the parameters as a whole. */
export interface ChangeFacts {
  /** Norm of the difference to the first parameters, in norms of these. */
  readonly moved: number;
  /** Norm of the parameters, in norms of the first ones. */
  readonly grown: number;
}
