export { type CrossEntropyOptions, crossEntropy } from './cross-entropy.ts';
export { type FocalOptions, focal } from './focal.ts';
export { type KlDivOptions, klDiv } from './kl-div.ts';
export { type MultiMarginOptions, multiMargin } from './multi-margin.ts';
export { type NllOptions, nll } from './nll.ts';
