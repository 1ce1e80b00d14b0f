import * as core from '@descent/core';
import {
  accuracy,
  crossEntropy,
  type Layer,
  type Loss,
  type Metric,
  mse,
  type Optimizer,
  sequential,
  ValueError,
} from '@descent/core';
import type { Call, Experiment } from '../state/experiment.ts';
import type { Task } from './sets.ts';

/** What is trained, and how, made of the calls of an experiment. */
export interface Recipe {
  readonly model: Layer;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly metrics: readonly Metric[];
}

/** Throws a DescentError for a call that makes nothing. */
export function recipeOf({ model, loss, optimizer }: Experiment, task: Task): Recipe {
  const made = loss === undefined ? (task === 'regression' ? mse() : crossEntropy()) : call<Loss>(loss, 'loss');
  return {
    model: sequential(...model.map((one, i) => call<Layer>(one, `model.${i}`))) as Layer,
    loss: made,
    optimizer: call<Optimizer>(optimizer, 'optimizer'),
    metrics: task === 'classification' ? [accuracy()] : [],
  };
}

function call<T>(given: Call, path: string): T {
  const [name, ...args] = typeof given === 'string' ? [given] : given;
  const make = (core as unknown as Readonly<Record<string, unknown>>)[name];
  if (typeof make !== 'function') throw new ValueError(`there is no function '${name}'`, { path });
  return (make as (...args: readonly unknown[]) => T)(...args);
}
