// One network of each kind in other sizes, of which each entry changes one, or a batch with it that would take long otherwise.
import { type ConvSizes, conv } from '../networks/nets/conv.ts';
import { type GptSizes, gpt } from '../networks/nets/gpt.ts';
import { type LstmSizes, lstm } from '../networks/nets/lstm.ts';
import { type MlpSizes, mlp } from '../networks/nets/mlp.ts';
import type { NetworkEntry } from '../networks/networks.ts';

export const SCALED = ['mlp', 'conv', 'gpt', 'lstm'] as const;
export type Scaled = (typeof SCALED)[number];

export interface Scale extends NetworkEntry {
  /** `mlp batch=1024`. */
  readonly name: string;
  readonly of: Scaled;
}

const MLP_SIZES: readonly Partial<MlpSizes>[] = [
  ...[1, 16, 200, 1024].map((batch) => ({ batch })),
  ...[64, 1024].map((width) => ({ width })),
  ...[8, 32].map((depth) => ({ depth })),
];
const CONV_SIZES: readonly Partial<ConvSizes>[] = [
  ...[1, 16, 64, 1024].map((batch) => ({ batch })),
  { width: 4 },
  { width: 64, batch: 16 },
  ...[4, 8].map((depth) => ({ depth })),
];
const GPT_SIZES: readonly Partial<GptSizes>[] = [
  ...[1, 16, 64].map((batch) => ({ batch })),
  ...[16, 256, 512].map((time) => ({ time, batch: time > 64 ? 4 : 16 })),
  { width: 512, batch: 4 },
  { blocks: 8 },
];
const LSTM_SIZES: readonly Partial<LstmSizes>[] = [
  ...[1, 32, 256].map((batch) => ({ batch })),
  ...[8, 512].map((steps) => ({ steps })),
  { width: 512 },
];

export const SCALES: readonly Scale[] = [
  ...scales('mlp', MLP_SIZES, mlp),
  ...scales('conv', CONV_SIZES, conv),
  ...scales('gpt', GPT_SIZES, gpt),
  ...scales('lstm', LSTM_SIZES, lstm),
];

function scales<Sizes extends object>(
  of: Scaled,
  all: readonly Sizes[],
  make: (sizes: Sizes) => ReturnType<NetworkEntry['make']>,
): readonly Scale[] {
  return all.map((sizes) => {
    const words = Object.entries(sizes).map(([name, size]) => `${name}=${size}`);
    return {
      of,
      name: [of, ...words].join(' '),
      make: () => make(sizes),
      torch: of,
      sizes: sizes as Readonly<Record<string, number>>,
    };
  });
}
