import type { Cases } from './cases.ts';
import { bceCases } from './composite/bce.cases.ts';
import { bceWithLogitsCases } from './composite/bce-with-logits.cases.ts';
import { detachCases } from './composite/detach.cases.ts';
import { eluCases } from './composite/elu.cases.ts';
import { embeddingCases } from './composite/embedding.cases.ts';
import { embeddingRenormCases } from './composite/embedding-renorm.cases.ts';
import { fakeQuantizeCases } from './composite/fake-quantize.cases.ts';
import { geluCases } from './composite/gelu.cases.ts';
import { groupNormCases } from './composite/group-norm.cases.ts';
import { hardtanhCases } from './composite/hardtanh.cases.ts';
import { knownAsCases } from './composite/known-as.cases.ts';
import { layerNormCases } from './composite/layer-norm.cases.ts';
import { lengthMaskCases } from './composite/length-mask.cases.ts';
import { logSoftmaxCases } from './composite/log-softmax.cases.ts';
import { log1pCases } from './composite/log1p.cases.ts';
import { mishCases } from './composite/mish.cases.ts';
import { rmsNormCases } from './composite/rms-norm.cases.ts';
import { softmaxCases } from './composite/softmax.cases.ts';
import { softmaxCrossEntropyCases } from './composite/softmax-cross-entropy.cases.ts';
import { softplusCases } from './composite/softplus.cases.ts';
import { standardizeCases } from './composite/standardize.cases.ts';
import { avgPool2dCases } from './conv/avg-pool2d.cases.ts';
import { avgPool2dGradCases } from './conv/avg-pool2d-grad.cases.ts';
import { conv2dCases } from './conv/conv2d.cases.ts';
import { conv2dFilterGradCases } from './conv/conv2d-filter-grad.cases.ts';
import { conv2dInputGradCases } from './conv/conv2d-input-grad.cases.ts';
import { maxPool2dCases } from './conv/max-pool2d.cases.ts';
import { maxPool2dGradCases } from './conv/max-pool2d-grad.cases.ts';
import { absCases } from './elementwise/abs.cases.ts';
import { addCases } from './elementwise/add.cases.ts';
import { castCases } from './elementwise/cast.cases.ts';
import { cosCases } from './elementwise/cos.cases.ts';
import { divCases } from './elementwise/div.cases.ts';
import { equalCases } from './elementwise/equal.cases.ts';
import { erfCases } from './elementwise/erf.cases.ts';
import { expCases } from './elementwise/exp.cases.ts';
import { floorCases } from './elementwise/floor.cases.ts';
import { greaterCases } from './elementwise/greater.cases.ts';
import { greaterEqualCases } from './elementwise/greater-equal.cases.ts';
import { lessCases } from './elementwise/less.cases.ts';
import { lessEqualCases } from './elementwise/less-equal.cases.ts';
import { logCases } from './elementwise/log.cases.ts';
import { logicalAndCases } from './elementwise/logical-and.cases.ts';
import { logicalNotCases } from './elementwise/logical-not.cases.ts';
import { logicalOrCases } from './elementwise/logical-or.cases.ts';
import { logicalXorCases } from './elementwise/logical-xor.cases.ts';
import { maximumCases } from './elementwise/maximum.cases.ts';
import { minimumCases } from './elementwise/minimum.cases.ts';
import { mulCases } from './elementwise/mul.cases.ts';
import { negCases } from './elementwise/neg.cases.ts';
import { powCases } from './elementwise/pow.cases.ts';
import { reluCases } from './elementwise/relu.cases.ts';
import { sigmoidCases } from './elementwise/sigmoid.cases.ts';
import { signCases } from './elementwise/sign.cases.ts';
import { sinCases } from './elementwise/sin.cases.ts';
import { sqrtCases } from './elementwise/sqrt.cases.ts';
import { subCases } from './elementwise/sub.cases.ts';
import { tanhCases } from './elementwise/tanh.cases.ts';
import { whereCases } from './elementwise/where.cases.ts';
import { gatherCases } from './indexing/gather.cases.ts';
import { iotaCases } from './indexing/iota.cases.ts';
import { oneHotCases } from './indexing/one-hot.cases.ts';
import { scatterAddCases } from './indexing/scatter-add.cases.ts';
import { matmulCases } from './linalg/matmul.cases.ts';
import { scanCases } from './loop/scan.cases.ts';
import { argMaxCases } from './reduce/arg-max.cases.ts';
import { maxCases } from './reduce/max.cases.ts';
import { meanCases } from './reduce/mean.cases.ts';
import { minCases } from './reduce/min.cases.ts';
import { sumCases } from './reduce/sum.cases.ts';
import { barrierCases } from './shape/barrier.cases.ts';
import { broadcastToCases } from './shape/broadcast-to.cases.ts';
import { concatCases } from './shape/concat.cases.ts';
import { flipCases } from './shape/flip.cases.ts';
import { padCases } from './shape/pad.cases.ts';
import { reshapeCases } from './shape/reshape.cases.ts';
import { sliceCases } from './shape/slice.cases.ts';
import { transposeCases } from './shape/transpose.cases.ts';
import type { OpName } from './table.ts';

/** The cases of every op: an op without cases does not compile. */
export const opCases: { readonly [N in OpName]: Cases<N> } = {
  bce: bceCases,
  bceWithLogits: bceWithLogitsCases,
  elu: eluCases,
  embedding: embeddingCases,
  embeddingRenorm: embeddingRenormCases,
  fakeQuantize: fakeQuantizeCases,
  gelu: geluCases,
  groupNorm: groupNormCases,
  knownAs: knownAsCases,
  layerNorm: layerNormCases,
  lengthMask: lengthMaskCases,
  hardtanh: hardtanhCases,
  detach: detachCases,
  log1p: log1pCases,
  logSoftmax: logSoftmaxCases,
  mish: mishCases,
  softplus: softplusCases,
  softmaxCrossEntropy: softmaxCrossEntropyCases,
  rmsNorm: rmsNormCases,
  softmax: softmaxCases,
  standardize: standardizeCases,
  avgPool2dGrad: avgPool2dGradCases,
  avgPool2d: avgPool2dCases,
  conv2dFilterGrad: conv2dFilterGradCases,
  conv2dInputGrad: conv2dInputGradCases,
  conv2d: conv2dCases,
  maxPool2dGrad: maxPool2dGradCases,
  maxPool2d: maxPool2dCases,
  abs: absCases,
  add: addCases,
  cast: castCases,
  cos: cosCases,
  div: divCases,
  equal: equalCases,
  erf: erfCases,
  exp: expCases,
  floor: floorCases,
  greaterEqual: greaterEqualCases,
  greater: greaterCases,
  lessEqual: lessEqualCases,
  less: lessCases,
  log: logCases,
  logicalAnd: logicalAndCases,
  logicalNot: logicalNotCases,
  logicalOr: logicalOrCases,
  logicalXor: logicalXorCases,
  maximum: maximumCases,
  minimum: minimumCases,
  mul: mulCases,
  neg: negCases,
  pow: powCases,
  relu: reluCases,
  sigmoid: sigmoidCases,
  sign: signCases,
  sin: sinCases,
  sqrt: sqrtCases,
  sub: subCases,
  tanh: tanhCases,
  where: whereCases,
  gather: gatherCases,
  iota: iotaCases,
  oneHot: oneHotCases,
  scatterAdd: scatterAddCases,
  matmul: matmulCases,
  scan: scanCases,
  argMax: argMaxCases,
  max: maxCases,
  mean: meanCases,
  min: minCases,
  sum: sumCases,
  barrier: barrierCases,
  broadcastTo: broadcastToCases,
  concat: concatCases,
  flip: flipCases,
  pad: padCases,
  reshape: reshapeCases,
  slice: sliceCases,
  transpose: transposeCases,
};
