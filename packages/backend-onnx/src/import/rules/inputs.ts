/** Inputs, by position, that say how an operator computes: numbers of the file that stand there are no parameters. */
export const KNOWN_INPUTS: Readonly<Record<string, readonly number[]>> = {
  Clip: [1, 2],
  CumSum: [1],
  DequantizeLinear: [1, 2],
  Dropout: [1],
  // First states are not trained, wherever they come from.
  GRU: [5],
  LSTM: [5, 6],
  NegativeLogLikelihoodLoss: [2],
  OneHot: [1, 2],
  Pad: [1, 2],
  QLinearConv: [0, 1, 2, 3, 4, 5, 6, 7, 8],
  QLinearMatMul: [0, 1, 2, 3, 4, 5, 6, 7],
  QuantizeLinear: [1, 2],
  RNN: [5],
  Range: [0, 1, 2],
  Resize: [1, 2, 3],
  // Tables of angles.
  RotaryEmbedding: [1, 2],
  SoftmaxCrossEntropyLoss: [2],
  Upsample: [1],
  'com.microsoft.MatMulNBits': [2, 3],
  'com.microsoft.RotaryEmbedding': [2, 3],
};

/** Inputs, by position, that a network keeps and that no gradient changes: running statistics. */
export const STATE_INPUTS: Readonly<Record<string, readonly number[]>> = {
  BatchNormalization: [3, 4],
};

/** Operators whose weights are parameters even where they are a single number. */
export const WEIGHTED: ReadonlySet<string> = new Set([
  'BatchNormalization',
  'com.microsoft.BiasGelu',
  'com.microsoft.SimplifiedLayerNormalization',
  'com.microsoft.SkipLayerNormalization',
  'com.microsoft.SkipSimplifiedLayerNormalization',
  'Conv',
  'ConvTranspose',
  'Gather',
  'Gemm',
  'GRU',
  'GroupNormalization',
  'InstanceNormalization',
  'LSTM',
  'LayerNormalization',
  'MatMul',
  'PRelu',
  'RMSNormalization',
  'RNN',
  'SimplifiedLayerNormalization',
]);
