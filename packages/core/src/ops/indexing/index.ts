export { type GatherAttrs, gather, gatherOp } from './gather.ts';
export { type IotaAttrs, iota, iotaOp } from './iota.ts';
export { type OneHotAttrs, oneHot, oneHotOp } from './one-hot.ts';
export { type ScatterAddAttrs, scatterAdd, scatterAddOp } from './scatter-add.ts';
