import { runExport, runLayer, runLoss } from './run-layer.mjs';
import { runMetric, runOptimizer, runSchedule } from './run-training.mjs';

/** How a case of each kind is run. @type {Readonly<Record<string, (c: any, on: import('@descent/core/backend').Backend, tolerance: number) => Promise<readonly string[]>>>} */
export const RUNNERS = {
  layers: runLayer,
  losses: runLoss,
  metrics: runMetric,
  optimizers: runOptimizer,
  schedules: runSchedule,
  exports: runExport,
};
