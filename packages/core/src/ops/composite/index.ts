export type { AxisAttrs } from './_axis.ts';
export { bce, bceOp } from './bce.ts';
export { bceWithLogits, bceWithLogitsOp } from './bce-with-logits.ts';
export { celu } from './celu.ts';
export { detach, detachOp } from './detach.ts';
export { type EluAttrs, elu, eluOp } from './elu.ts';
export { type EmbeddingAttrs, type EmbeddingOpOptions, embedding, embeddingOp } from './embedding.ts';
export { type EmbeddingRenormAttrs, embeddingRenorm, embeddingRenormOp } from './embedding-renorm.ts';
export { type FakeQuantizeAttrs, type FakeQuantizeOptions, fakeQuantize, fakeQuantizeOp } from './fake-quantize.ts';
export { type GeluAttrs, gelu, geluOp } from './gelu.ts';
export { glu } from './glu.ts';
export { type GroupNormAttrs, type GroupNormOpOptions, groupNorm, groupNormOp } from './group-norm.ts';
export { hardsigmoid } from './hardsigmoid.ts';
export { hardswish } from './hardswish.ts';
export { type HardtanhAttrs, hardtanh, hardtanhOp } from './hardtanh.ts';
export {
  type BatchNormCall,
  type ConvCall,
  type ElementCall,
  type Known,
  type KnownAsAttrs,
  knownAs,
  knownAsOp,
  type LeakyReluCall,
  type PadCall,
  type PixelShuffleCall,
  type PoolCall,
  type RecurrentCall,
  type ResizeCall,
  type WindowCall,
} from './known-as.ts';
export { type LayerNormAttrs, type LayerNormOpOptions, layerNorm, layerNormOp } from './layer-norm.ts';
export { leakyRelu } from './leaky-relu.ts';
export { type LengthMaskAttrs, lengthMask, lengthMaskOp } from './length-mask.ts';
export { logSigmoid } from './log-sigmoid.ts';
export { logSoftmax, logSoftmaxOp } from './log-softmax.ts';
export { log1p, log1pOp } from './log1p.ts';
export { mish, mishOp } from './mish.ts';
export { prelu } from './prelu.ts';
export { relu6 } from './relu6.ts';
export { rmsNorm, rmsNormOp } from './rms-norm.ts';
export { type RotaryOptions, rotaryEmbedding } from './rotary-embedding.ts';
export { round } from './round.ts';
export { type AttentionOptions, scaledDotProductAttention } from './scaled-dot-product-attention.ts';
export { selu } from './selu.ts';
export { silu } from './silu.ts';
export { softmax, softmaxOp } from './softmax.ts';
export { softmaxCrossEntropy, softmaxCrossEntropyOp } from './softmax-cross-entropy.ts';
export { type SoftplusOptions, softplus, softplusOp } from './softplus.ts';
export { softsign } from './softsign.ts';
export { type StandardizeAttrs, standardize, standardizeOp } from './standardize.ts';
