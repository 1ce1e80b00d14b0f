import type { ImagePreprocessing, NDArray } from '@descent/core';
import type { TextPreparation } from '@descent/datasets';
import { picturesOf } from '../../data/pictures-of.ts';
import type { Experiment } from '../../state/experiment.ts';
import type { ForeignModel } from './foreign-model.ts';

/** What a network takes, as the page asks for it. */
export type Subject =
  | {
      readonly kind: 'picture';
      readonly preprocessing: ImagePreprocessing;
      /** Whether the sets of this kind hold grey drawings, bright on dark, such as MNIST. */
      readonly isDrawing: boolean;
    }
  | { readonly kind: 'point' }
  /** Tokens of a text, as the preparation makes them. */
  | { readonly kind: 'text'; readonly preparation: TextPreparation }
  /** Data in files that the page does not ask for. */
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'numbers'; readonly shape: readonly number[]; readonly dtype: NDArray['dtype'] };

/** What the network of an experiment takes. `null`: it shows when the data are opened. */
export function subjectOf(
  { data }: Experiment,
  opened: readonly number[] | null,
  text?: TextPreparation,
): Subject | null {
  const pictures = picturesOf(data);
  if (pictures !== null) return pictureSubject(pictures);
  if ('files' in data) return { kind: 'elsewhere' };
  if ('name' in data) return { kind: 'point' };
  if ('texts' in data) return text === undefined ? null : { kind: 'text', preparation: text };
  if (opened === null) return null;
  return opened.length === 1 && opened[0] === 2
    ? { kind: 'point' }
    : { kind: 'numbers', shape: opened, dtype: 'float32' };
}

/** What an ONNX file takes: pictures where it says so, or where its input looks like them. */
export function subjectOfModel({ input, preprocessing }: ForeignModel): Subject {
  if (preprocessing !== null) return pictureSubject(preprocessing);
  return { kind: 'numbers', shape: input.shape.slice(1), dtype: input.dtype };
}

function pictureSubject(preprocessing: ImagePreprocessing): Subject {
  return { kind: 'picture', preprocessing, isDrawing: preprocessing.channels === 1 && preprocessing.invert === 'auto' };
}
