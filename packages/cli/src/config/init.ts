import { DescentError, type InitRule, initialize, type Layer } from '@descent/core';
import { UsageError } from '../errors.ts';
import { buildInitializer, isCall } from './calls.ts';
import type { InitConfig } from './define-config.ts';

/** A rule as a record of a run has it. */
export interface InitSetting {
  readonly match: string;
  /** The call as JSON, or the name of the function. */
  readonly init: string;
}

/** The network whose parameters start as the config says. Throws a UsageError with a place such as `init.0.match`. */
export function withInit(model: Layer, rules: readonly InitConfig[] | undefined): Layer {
  if (rules === undefined) return model;
  const made = rules.map((rule, i) =>
    isCall(rule.init) ? { ...rule, init: buildInitializer(rule.init, `init.${i}.init`) } : rule,
  );
  try {
    return initialize(model, made as readonly InitRule[]);
  } catch (error) {
    throw error instanceof DescentError ? atRule(error) : error;
  }
}

/** What `initialize` says about its rules, at their place in the config. */
function atRule({ summary, details }: DescentError): UsageError {
  const { path = 'init' } = details;
  return new UsageError(summary, { ...details, path: path.replace(/^rules\[(\d+)\]/, 'init.$1') });
}

/** The rules for people. A function of a config in TypeScript has no text but its name. */
export function initSettings(rules: readonly InitConfig[] = []): readonly InitSetting[] {
  return rules.map(({ match, init }) => ({
    match: String(match),
    init: isCall(init) ? (typeof init === 'string' ? init : JSON.stringify(init)) : init.name || 'a function',
  }));
}

/** The rules in one line: `weight$ by ["orthogonal"], bias$ by zerosInit`. */
export function formatInit(rules: readonly InitSetting[]): string {
  return rules.map(({ match, init }) => `${match} by ${init}`).join(', ');
}
