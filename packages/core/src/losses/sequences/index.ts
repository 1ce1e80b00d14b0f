export { type CtcLengthOptions, type CtcOptions, ctc } from './ctc.ts';
