export { type MatmulAttrs, matmul, matmulOp } from './matmul.ts';
