import {
  type AnyLoss,
  describeValue,
  expectOutputKind,
  type Graph,
  type Node,
  numel,
  type OutputKind,
  outputKindOf,
  ValueError,
} from '@descent/core';

export interface OutputOptions {
  readonly softmax?: boolean;
  readonly output?: OutputKind;
  readonly loss?: AnyLoss;
}

/** An output of the exported file. */
export interface ExportedOutput {
  /** In the network's graph. */
  readonly from: string;
  /** In the file. */
  readonly name: string;
  readonly kind: OutputKind;
}

/**
 * What the file gives: one output named for what it is, or several with their own names.
 * @throws ValueError when a softmax behind the network would make numbers that mean nothing.
 */
export function exportedOutputs(graph: Graph, options: OutputOptions): readonly ExportedOutput[] {
  expectOutputKind(options.output);
  const all = [...graph.outputs];
  const [first] = all;
  if (all.length !== 1 || first?.[0] !== 'output') {
    if (options.softmax === true)
      throw noSoftmax('several outputs', 'put softmax() behind the one that is logits, inside the network');
    return all.map(([name, node]) => ({
      from: name,
      name,
      kind: options.output ?? outputKindOf(node, options.loss, name),
    }));
  }
  const kind = exportedKind(first[1], options);
  return [{ from: 'output', name: kind.replace('-', '_'), kind }];
}

function exportedKind(node: Node, { softmax = false, output, loss }: OutputOptions): OutputKind {
  const kind = output ?? outputKindOf(node, loss);
  if (!softmax) return kind;
  const [, ...size] = node.type.shape;
  const reason =
    REASONS[kind] ?? (numel(size) === 1 ? 'leave it out: the softmax of one number is always 1' : undefined);
  if (reason === undefined) return 'probabilities';
  throw noSoftmax(`an output of ${kind}`, reason);
}

function noSoftmax(received: string, fix: string): ValueError {
  return new ValueError('a softmax does not belong behind this network', {
    path: 'softmax',
    received,
    expected: 'logits, a number for each of two or more classes',
    fix,
  });
}

const REASONS: Partial<Record<OutputKind, string>> = {
  probabilities: 'leave it out: the network gives probabilities already, and a second softmax would flatten them',
  logit: 'leave it out: a single logit becomes a probability by a sigmoid, and its softmax is always 1',
  values: 'leave it out: these numbers are no classes',
};

/** Throws unless there is a label for each class; one number a sample tells two classes apart. */
export function expectLabels(labels: readonly string[], width: number | undefined): void {
  if (!Array.isArray(labels) || labels.some((label) => typeof label !== 'string')) {
    throw new ValueError('the labels are not a list of names', {
      path: 'labels',
      received: JSON.stringify(labels) ?? describeValue(labels),
      expected: "names in the order of the output, such as ['cat', 'dog']",
    });
  }
  if (labels.length === width || (width === 1 && labels.length === 2)) return;
  throw new ValueError('the labels do not fit the output of the network', {
    path: 'labels',
    received: `${labels.length} labels`,
    expected:
      width === undefined
        ? 'no labels: an output of several axes of any size, or several outputs, have none'
        : width === 1
          ? '2, for no and yes'
          : `${width}, one for each class`,
  });
}
