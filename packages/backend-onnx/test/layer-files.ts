// Which operators the file of each layer has: what is taken apart there is so knowingly.
import * as d from '@descent/core';

/** A layer, what it takes, and what is in its file. */
export interface LayerFile {
  readonly layer: d.AnyLayer;
  readonly sample: unknown;
  /** In opset 17, and in 23. */
  readonly operators: readonly [string, string];
}

type Make<S> = (layer: d.AnyLayer, sample: S, operators: string, newer?: string) => LayerFile;

/** A layer over floats of a shape, over whole numbers, and over several tensors by name. */
const one: Make<d.Shape> = (layer, shape, old, newer = old) => ({ layer, sample: { shape }, operators: [old, newer] });
const tokens: Make<d.Shape> = (layer, shape, old, newer = old) => ({
  layer,
  sample: { shape, dtype: 'int32' },
  operators: [old, newer],
});
const several: Make<Readonly<Record<string, d.Shape>>> = (layer, shapes, old, newer = old) => ({
  layer,
  sample: Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape }])),
  operators: [old, newer],
});

const pixels = [4, 6, 6];
/** ONNX Runtime's own Sigmoid has few right digits far from 0, and its Tanh goes beyond 1. */
const SIGMOID = 'Neg, Exp, Add, Reciprocal';

export const LAYERS: Readonly<Record<string, readonly LayerFile[]>> = {
  celu: [one(d.celu(2), [4, 3], 'Celu')],
  elu: [one(d.elu(0.5), [4, 3], 'Elu')],
  // In opset 17 there is no Gelu, and before 18 no Mish.
  gelu: [
    one(d.gelu(), [4, 3], '3 Mul, Erf, Add', 'Gelu'),
    one(d.gelu({ approximate: 'tanh' }), [4, 3], '6 Mul, 2 Add, Tanh, Clip', 'Gelu'),
  ],
  glu: [one(d.glu({ axis: 1 }), [4, 3], `2 Slice, ${SIGMOID}, Mul`)],
  hardsigmoid: [one(d.hardsigmoid(), [4, 3], 'HardSigmoid')],
  hardswish: [one(d.hardswish(), [4, 3], 'HardSwish')],
  hardtanh: [one(d.hardtanh(), [4, 3], 'Clip')],
  leakyRelu: [one(d.leakyRelu(), [4, 3], 'LeakyRelu')],
  logSigmoid: [one(d.logSigmoid(), [4, 3], '2 Neg, Softplus')],
  logSoftmax: [one(d.logSoftmax(), [4, 3], 'LogSoftmax')],
  mish: [one(d.mish(), [4, 3], 'Neg, Exp, 3 Add, Reciprocal, Sub, 3 Mul, Div', 'Mish')],
  prelu: [one(d.prelu({ numParameters: 4 }), [4, 3], 'Reshape, PRelu')],
  relu: [one(d.relu(), [4, 3], 'Relu')],
  relu6: [one(d.relu6(), [4, 3], 'Clip')],
  selu: [one(d.selu(), [4, 3], 'Selu')],
  sigmoid: [one(d.sigmoid(), [4, 3], SIGMOID)],
  silu: [one(d.silu(), [4, 3], `${SIGMOID}, Mul`)],
  softmax: [one(d.softmax(), [4, 3], 'Softmax')],
  softplus: [
    one(d.softplus(), [4, 3], 'Softplus'),
    one(d.softplus({ beta: 2, threshold: 1 }), [4, 3], 'Mul, Greater, Softplus, Div, Where'),
  ],
  softsign: [one(d.softsign(), [4, 3], 'Softsign')],
  tanh: [one(d.tanh(), [4, 3], 'Tanh, Clip')],
  learnedPositions: [one(d.learnedPositions(6, 4), [3, 4], 'Slice, Add')],
  // Not the Attention of opset 23: its masks and layouts are other ones, and other runtimes do not have it yet.
  multiheadAttention: [
    one(d.multiheadAttention(8, 2), [4, 8], '7 Transpose, 4 MatMul, 2 Add, 3 Slice, 4 Reshape, Mul, Softmax'),
  ],
  sinusoidalPositions: [one(d.sinusoidalPositions(), [3, 4], '4 Reshape, 4 Mul, Floor, 2 Sub, Sin, Cos, Concat, Add')],
  transformerDecoderLayer: [
    several(
      d.transformerDecoderLayer(8, 2),
      { tgt: [4, 8], memory: [3, 8] },
      '10 Reshape, LessOrEqual, 18 Transpose, 12 MatMul, 11 Add, 9 Slice, 2 Mul, Where, 2 Softmax, 3 LayerNormalization, Relu',
    ),
  ],
  transformerDecoder: [
    several(
      d.transformerDecoder(d.transformerDecoderLayer(8, 2), 1),
      { tgt: [4, 8], memory: [3, 8] },
      '10 Reshape, LessOrEqual, 18 Transpose, 12 MatMul, 11 Add, 9 Slice, 2 Mul, Where, 2 Softmax, 3 LayerNormalization, Relu',
    ),
  ],
  transformerEncoderLayer: [
    one(
      d.transformerEncoderLayer(8, 2),
      [4, 8],
      '9 Transpose, 6 MatMul, 6 Add, 3 Slice, 4 Reshape, Mul, Softmax, 2 LayerNormalization, Relu',
    ),
  ],
  transformerEncoder: [
    one(
      d.transformerEncoder(d.transformerEncoderLayer(8, 2), 1),
      [4, 8],
      '9 Transpose, 6 MatMul, 6 Add, 3 Slice, 4 Reshape, Mul, Softmax, 2 LayerNormalization, Relu',
    ),
  ],
  alphaDropout: [one(d.alphaDropout(), [3], 'Identity')],
  dropout: [one(d.dropout(), [3], 'Identity')],
  dropout1d: [one(d.dropout1d(), [2, 3], 'Identity')],
  dropout2d: [one(d.dropout2d(), pixels, 'Identity')],
  dropout3d: [one(d.dropout3d(), [2, 3, 3, 3], 'Identity')],
  // MatMul and Add where there are more axes: Gemm takes matrices.
  linear: [one(d.linear(3, 2), [3], 'Gemm'), one(d.linear(3, 2), [4, 3], 'Transpose, MatMul, Add')],
  normalize: [one(d.normalize([0.5], [0.25]), [1, 4, 4], '2 Reshape, Mul, Add')],
  rescale: [one(d.rescale(1 / 255), [1, 4, 4], 'Mul')],
  convTranspose1d: [one(d.convTranspose1d(2, 4, 3, { stride: 2, outputPadding: 1 }), [2, 8], 'ConvTranspose')],
  convTranspose2d: [one(d.convTranspose2d(4, 2, 3, { stride: 2 }), pixels, 'ConvTranspose')],
  conv1d: [one(d.conv1d(2, 4, 3, { padding: 'same' }), [2, 8], 'Conv')],
  conv2d: [one(d.conv2d(4, 2, 3), pixels, 'Conv')],
  conv3d: [one(d.conv3d(2, 4, 3, { dilation: 2, padding: 2 }), [2, 4, 5, 6], 'Conv')],
  embeddingBag: [tokens(d.embeddingBag(5, 3), [4], 'Less, Where, Gather, ReduceMean')],
  // Gather, with indices that ONNX would count from behind kept out.
  embedding: [tokens(d.embedding(5, 3), [4], 'Less, Where, Gather')],
  categoryEmbeddings: [
    tokens(
      d.categoryEmbeddings([
        { size: 5, dim: 3 },
        { size: 4, dim: 2 },
      ]),
      [2],
      '2 Slice, 2 Less, 2 Where, 2 Gather, Concat, Reshape',
    ),
  ],
  batchNorm1d: [one(d.batchNorm1d(4), [4, 3], 'BatchNormalization')],
  batchNorm2d: [
    one(d.batchNorm2d(4), pixels, 'BatchNormalization'),
    one(d.batchNorm2d(4, { affine: false }), pixels, 'BatchNormalization'),
    one(d.sequential(d.conv2d(4, 4, 3), d.batchNorm2d(4), d.relu()), pixels, 'Conv, BatchNormalization, Relu'),
  ],
  batchNorm3d: [one(d.batchNorm3d(4), [4, 2, 3, 3], 'BatchNormalization')],
  // Not GroupNormalization or InstanceNormalization: these are x · a + b in ONNX Runtime, which has few digits left where the mean is large.
  groupNorm: [one(d.groupNorm(2, 4), pixels, '4 Reshape, Expand, LayerNormalization, Mul, Add')],
  instanceNorm1d: [one(d.instanceNorm1d(4), [4, 3], 'Expand, LayerNormalization')],
  instanceNorm2d: [
    one(d.instanceNorm2d(4, { affine: true }), pixels, '4 Reshape, Expand, LayerNormalization, Mul, Add'),
    one(d.instanceNorm2d(4, { trackRunningStats: true }), pixels, 'BatchNormalization'),
  ],
  layerNorm: [one(d.layerNorm(3), [4, 3], 'LayerNormalization')],
  rmsNorm: [one(d.rmsNorm(3), [4, 3], '2 Mul, ReduceMean, Add, Sqrt, Div', 'RMSNormalization')],
  spectralNorm: [one(d.spectralNorm(d.linear(3, 2)), [3], '3 Reshape, 2 MatMul, Div, Gemm')],
  weightNorm: [one(d.weightNorm(d.linear(3, 2)), [3], '2 Mul, ReduceSum, Sqrt, Div, Gemm')],
  adaptiveAvgPool1d: [one(d.adaptiveAvgPool1d(1), [2, 8], '2 Reshape, GlobalAveragePool')],
  adaptiveAvgPool2d: [
    one(d.adaptiveAvgPool2d(1), pixels, 'GlobalAveragePool'),
    one(d.adaptiveAvgPool2d(4), pixels, 'Transpose, 2 MatMul'),
  ],
  // Windows of different sizes are none of one MaxPool.
  adaptiveMaxPool1d: [one(d.adaptiveMaxPool1d(3), [2, 8], '2 Reshape, Less, Where, Gather, MaxPool')],
  adaptiveMaxPool2d: [one(d.adaptiveMaxPool2d(1), pixels, 'MaxPool')],
  avgPool1d: [one(d.avgPool1d(2), [2, 8], 'AveragePool')],
  avgPool2d: [one(d.avgPool2d(3, { stride: 2, padding: 1 }), pixels, 'AveragePool')],
  avgPool3d: [one(d.avgPool3d(2), [2, 4, 4, 4], 'AveragePool')],
  maxPool1d: [one(d.maxPool1d(2), [2, 8], 'MaxPool')],
  maxPool2d: [one(d.maxPool2d(2, { dilation: 2, stride: 1 }), pixels, 'MaxPool')],
  maxPool3d: [one(d.maxPool3d(2), [2, 4, 4, 4], 'MaxPool')],
  gru: [one(d.gru(3, 4), [5, 3], '2 Transpose, 4 Gather, Concat, GRU, Squeeze')],
  lstm: [one(d.lstm(3, 4), [5, 3], '2 Transpose, 4 Gather, Concat, LSTM, Squeeze')],
  // ONNX Runtime's RNN takes up to three times as long as the loop.
  rnn: [
    one(d.rnn(3, 4), [5, 3], 'Shape, Concat, Expand, 3 Transpose, MatMul, 2 Add, Scan, Gemm, Tanh, Clip, Identity'),
  ],
  concat: [several(d.concat(), { a: [3], b: [2] }, 'Concat')],
  flatten: [one(d.flatten(), [2, 3], 'Reshape')],
  pad: [
    one(d.pad([1, 1]), [2, 3], 'Pad'),
    one(d.pad([1, 1], { mode: 'reflect' }), [2, 3], 'Pad'),
    one(d.pad([1, 1], { mode: 'circular' }), [2, 3], '2 Slice, Concat', 'Pad'),
  ],
  identity: [one(d.identity(), [3], 'Identity')],
  permute: [one(d.permute([0, 2, 1]), [4, 3], 'Transpose')],
  pixelShuffle: [one(d.pixelShuffle(2), pixels, 'DepthToSpace')],
  // SpaceToDepth has another order of channels.
  pixelUnshuffle: [one(d.pixelUnshuffle(2), pixels, '2 Reshape, Transpose')],
  reshape: [one(d.reshape([2, 6]), [4, 3], 'Reshape')],
  unflatten: [one(d.unflatten(1, [2, 2]), [4, 3], 'Reshape')],
  upsample: [
    one(d.upsample({ scaleFactor: 2 }), pixels, 'Resize'),
    one(d.upsample({ scaleFactor: 1.5, mode: 'bilinear' }), pixels, 'Resize'),
    one(d.upsample({ size: 5 }), pixels, 'Less, Where, 2 Gather'),
  ],
};
