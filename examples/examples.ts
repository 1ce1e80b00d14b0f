import type { Example } from './example.ts';

/** Every example by its name, which is that of its folder. */
export const EXAMPLES: Readonly<Record<string, () => Promise<Example>>> = {
  'char-gpt': async () => (await import('./char-gpt/example.ts')).charGpt,
  'gru-classifier': async () => (await import('./gru-classifier/example.ts')).gruClassifier,
  mlp: async () => (await import('./mlp/example.ts')).mlp,
  'multi-input': async () => (await import('./multi-input/example.ts')).multiInput,
  resnet: async () => (await import('./resnet/example.ts')).resnet,
  siamese: async () => (await import('./siamese/example.ts')).siamese,
  tabular: async () => (await import('./tabular/example.ts')).tabular,
  unet: async () => (await import('./unet/example.ts')).unet,
  vae: async () => (await import('./vae/example.ts')).vae,
};
