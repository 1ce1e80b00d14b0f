import type { AddedHead, ImportedModel, ReplacedHead } from '@descent/backend-onnx';
import type { Layer } from '@descent/core';
import { UsageError } from '../errors.ts';
import { addedHead, newHead } from '../onnx.ts';
import { takesTexts } from './finetune-texts.ts';

export interface HeadOptions {
  /** The path of the layer to replace. */
  readonly head?: string;
  readonly pool?: 'first' | 'mean';
}

/** The new last layer of a network. */
export interface Head {
  readonly model: Layer;
  readonly path: string;
  /** What happened, for people. */
  readonly change: string;
  /** What makes the same network of the file in a config. */
  readonly config: object;
  /** Whether the file gave probabilities. */
  readonly softmax: boolean;
  /** The name of the output, where it is not that of the file. */
  readonly output?: string;
}

/**
 * The network of a file with a new last layer for `classes`: in the place of the old one or, where the file gives numbers for each token of a text, behind it.
 * @throws UsageError for `pool` where there is a head, and what `replaceHead` and `addHead` throw.
 */
export async function headFor(network: ImportedModel, classes: number, { head, pool }: HeadOptions): Promise<Head> {
  const givesTokens = network.outputs.some(({ shape }) => shape.length === 3);
  if (head === undefined && givesTokens && takesTexts(network.inputs)) {
    const added = await addedHead(network, classes, pool === undefined ? {} : { pool });
    return behind(added, classes, pool ?? 'first');
  }
  if (pool !== undefined) {
    throw new UsageError('--pool is for files that end without a head', {
      received: `--pool ${pool}, and a file that gives ${network.outputs.map(({ name }) => name).join(', ')}`,
      fix: 'leave it out',
    });
  }
  return inPlace(await newHead(network, classes, head === undefined ? {} : { path: head }), classes);
}

function behind({ model, path, label }: AddedHead, classes: number, pool: 'first' | 'mean'): Head {
  const what = pool === 'first' ? 'the first token' : 'the mean of the tokens';
  return {
    model: model as unknown as Layer,
    path,
    change: `${label} behind ${what}, for ${classes} classes`,
    config: { head: { classes, pool } },
    softmax: false,
    output: 'logits',
  };
}

function inPlace({ model, path, before, features, label, softmax }: ReplacedHead, classes: number): Head {
  const made = label.startsWith('linear') ? ['linear', features, classes] : ['conv2d', features, classes, 1];
  return {
    model,
    path,
    change: `${before} classes become ${classes}`,
    config: { replace: { [path]: made, ...(softmax !== null && { [softmax]: 'identity' }) } },
    softmax: softmax !== null,
  };
}
