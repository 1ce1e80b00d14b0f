export { GRAPHICS_LIMITS } from '../graphics.ts';
export { tryCase } from '../search/search.ts';
export { type SearchCase, searchCase } from '../search/search-case.ts';
export { expectSkips, reasonFor, type Skip } from '../skips.ts';
export { type SoakOptions, type SoakResult, soak } from '../soak.ts';
export { longSumTests } from '../suites/long-sums.ts';
export { type ConformanceTest, DEFAULT_TOLERANCE, type Tolerance } from '../test-case.ts';
export { conformanceTests } from '../tests.ts';
