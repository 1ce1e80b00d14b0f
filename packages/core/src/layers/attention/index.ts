export { type AttentionInputs, type MultiheadAttentionOptions, multiheadAttention } from './multihead-attention.ts';
