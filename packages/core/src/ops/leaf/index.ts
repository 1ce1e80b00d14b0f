export { type ConstantAttrs, constant, constantOp, scalar } from './constant.ts';
export { type Distribution, type DrawAttrs, draw, drawOp } from './draw.ts';
export { type InputAttrs, input, inputOp } from './input.ts';
