export { type ScanAttrs, type ScanResult, scanOp } from './scan.ts';
export { type Scanned, type ScanOptions, type ScanStep, scan } from './scan-builder.ts';
