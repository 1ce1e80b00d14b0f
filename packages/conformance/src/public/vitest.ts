export { type ConformanceOptions, runConformance } from '../vitest.ts';
