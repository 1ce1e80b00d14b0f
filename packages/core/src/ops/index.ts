export * from './composite/index.ts';
export * from './conv/index.ts';
export * from './elementwise/index.ts';
export * from './indexing/index.ts';
export * from './leaf/index.ts';
export * from './linalg/index.ts';
export * from './reduce/index.ts';
export * from './shape/index.ts';
