import {
  expectOutputKind,
  type Layer,
  type Loss,
  type OutputKind,
  outputKind,
  type SampleType,
  ValueError,
} from '@descent/core';

export interface OutputOptions {
  readonly softmax?: boolean;
  readonly output?: OutputKind;
  readonly loss?: Loss;
}

/** What the output of the exported file is. Throws a `ValueError` when a softmax behind it would make numbers that mean nothing. */
export function exportedKind(model: Layer, sample: SampleType, { softmax, output, loss }: OutputOptions): OutputKind {
  expectOutputKind(output);
  const kind = output ?? outputKind(model, sample, loss);
  if (!softmax) return kind;
  const reason = REASONS[kind];
  if (reason === undefined) return 'probabilities';
  throw new ValueError('a softmax does not belong behind this network', {
    path: 'softmax',
    received: `an output of ${kind}`,
    expected: 'logits, a number for each of two or more classes',
    fix: reason,
  });
}

const REASONS: Partial<Record<OutputKind, string>> = {
  probabilities: 'leave it out: the network gives probabilities already, and a second softmax would flatten them',
  logit: 'leave it out: a single logit becomes a probability by a sigmoid, and its softmax is always 1',
  values: 'leave it out: these numbers are no classes',
};

/** The name of the output in the file. */
export function outputName(kind: OutputKind): string {
  return kind.replace('-', '_');
}

/** Throws unless there is a label for each class; one number a sample tells two classes apart. */
export function expectLabels(labels: readonly string[] | undefined, width: number | undefined): void {
  if (labels === undefined || labels.length === width || (width === 1 && labels.length === 2)) return;
  throw new ValueError('the labels do not fit the output of the network', {
    path: 'labels',
    received: `${labels.length} labels`,
    expected: width === 1 ? '2, for no and yes' : `${width}, one for each class`,
  });
}
