export { type ConformanceOptions, runConformance, sharedTests } from '../vitest.ts';
