export { type BroadcastToAttrs, broadcastTo, broadcastToOp } from './broadcast-to.ts';
export { type ConcatAttrs, concat, concatOp } from './concat.ts';
export { type FlipAttrs, flip, flipOp } from './flip.ts';
export { type PadAttrs, pad, padOp } from './pad.ts';
export { type ReshapeAttrs, reshape, reshapeOp } from './reshape.ts';
export { type SliceAttrs, type SliceRange, slice, sliceOp } from './slice.ts';
export { split } from './split.ts';
export { type TransposeAttrs, transpose, transposeOp } from './transpose.ts';
