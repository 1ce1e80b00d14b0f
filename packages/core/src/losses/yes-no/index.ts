export { type BceOptions, bce } from './bce.ts';
export { type BceWithLogitsOptions, bceWithLogits } from './bce-with-logits.ts';
export { type DiceOptions, dice } from './dice.ts';
export { multiLabelMargin } from './multi-label-margin.ts';
export { type MultiLabelSoftMarginOptions, multiLabelSoftMargin } from './multi-label-soft-margin.ts';
export { type SigmoidFocalOptions, sigmoidFocal } from './sigmoid-focal.ts';
export { softMargin } from './soft-margin.ts';
