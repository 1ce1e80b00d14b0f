import type { OnnxModel, ValueInfo } from '../model/graph.ts';

/** What an input or output of a file is for. */
export type PortRole =
  | 'samples'
  | 'targets'
  | 'state'
  | 'step'
  | 'learning rate'
  | 'seed'
  | 'random numbers'
  | 'loss'
  | 'metric'
  | 'weight'
  | 'ok'
  | 'prediction';

/** An input or output of a file, in the manifest. */
export interface ManifestPort {
  readonly name: string;
  readonly dtype: string;
  /** A text is the name of a size that may be any. */
  readonly shape: readonly (number | string | null)[];
  readonly role: PortRole;
  /** In plain words. */
  readonly meaning: string;
  /** Of a learning rate and a seed: what to feed. */
  readonly value?: number;
  /** Of an output that is state: the input that it is fed to at the next step. */
  readonly next?: string;
  /** Of random numbers that are fed: how they are distributed. */
  readonly distribution?: object;
}

export interface ManifestFile {
  readonly file: string;
  readonly inputs: readonly ManifestPort[];
  readonly outputs: readonly ManifestPort[];
}

/** What is known of a port besides its type. */
export type PortNote = Omit<ManifestPort, 'name' | 'dtype' | 'shape'>;

/** The ports of a model with what `notes` say of them. */
export function manifestFile(
  file: string,
  { graph }: OnnxModel,
  noteOf: (name: string, isInput: boolean) => PortNote,
): ManifestFile {
  const port = ({ name, dtype, shape }: ValueInfo, isInput: boolean): ManifestPort => ({
    name,
    dtype,
    shape,
    ...noteOf(name, isInput),
  });
  return { file, inputs: graph.inputs.map((v) => port(v, true)), outputs: graph.outputs.map((v) => port(v, false)) };
}
