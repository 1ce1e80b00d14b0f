export { type BceWithLogitsOptions, bceWithLogits } from './bce-with-logits.ts';
