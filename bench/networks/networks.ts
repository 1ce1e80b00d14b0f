import { encoder } from './nets/encoder.ts';
import { gpt } from './nets/gpt.ts';
import { gru } from './nets/gru.ts';
import { lstm } from './nets/lstm.ts';
import { resnet } from './nets/resnet.ts';
import { siamese } from './nets/siamese.ts';
import { tabular } from './nets/tabular.ts';
import { twoInputs } from './nets/two-inputs.ts';
import { unet } from './nets/unet.ts';
import { vae } from './nets/vae.ts';
import { words } from './nets/words.ts';
import type { Network } from './network.ts';

export type NetworkName =
  | 'gpt'
  | 'gru'
  | 'lstm'
  | 'lstm-512'
  | 'resnet'
  | 'encoder'
  | 'words'
  | 'unet'
  | 'vae'
  | 'tabular'
  | 'siamese'
  | 'two-inputs';

/** A network is made when it is asked for. */
export interface NetworkEntry {
  readonly make: () => Network;
  /** The file in `nets` that has it in PyTorch's words, without `.py`. */
  readonly torch: string;
  /** What its `make` is given there. Default nothing. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Measured only where it is named: it takes long. */
  readonly onDemand?: boolean;
}

export const NETWORKS: Readonly<Record<NetworkName, NetworkEntry>> = {
  gpt: { make: () => gpt(), torch: 'gpt' },
  gru: { make: gru, torch: 'gru' },
  lstm: { make: () => lstm(), torch: 'lstm' },
  'lstm-512': { make: () => lstm({ steps: 512 }), torch: 'lstm', onDemand: true },
  resnet: { make: resnet, torch: 'resnet' },
  encoder: { make: encoder, torch: 'encoder' },
  words: { make: words, torch: 'words' },
  unet: { make: unet, torch: 'unet' },
  vae: { make: vae, torch: 'vae' },
  tabular: { make: tabular, torch: 'tabular' },
  siamese: { make: siamese, torch: 'siamese' },
  'two-inputs': { make: twoInputs, torch: 'two-inputs' },
};
