import {
  type AnyLayer,
  type AnyLoss,
  type AnyMetric,
  DescentError,
  type Initializer,
  type Layer,
  type Loss,
  type Metric,
  type Optimizer,
  sequential,
} from '@descent/core';
import { mistakeAt, UsageError } from '../errors.ts';
import { type Argument, type ArgumentKind, show } from './argument.ts';
import type { Callable, Table } from './callable.ts';
import { INITIALIZERS, LAYERS, LOSSES, METRICS, OPTIMIZERS, SCHEDULES } from './callables/index.ts';
import type { Call, DescentConfig, ImportedNetwork } from './define-config.ts';
import { isImported } from './is-imported.ts';
import { isObject } from './is-object.ts';
import { didYouMean } from './suggest.ts';

/**
 * The network of a config: a layer as it is, or a list of layers and calls as `sequential` of them. It may take several arrays by name: then
 * so do its data. What one takes is not known before it is applied.
 */
export function buildModel(model: DescentConfig['model']): Layer {
  if (isImported(model)) throw notRead('model', model);
  if (!isList(model)) return model as Layer;
  const layers = model.map((one, i) => {
    if (isImported(one)) throw notRead(`model.${i}`, one);
    return isCall(one) ? buildLayer(one, `model.${i}`) : one;
  });
  return sequential(...(layers as readonly Layer[]));
}

function notRead(path: string, { importOnnx }: ImportedNetwork): UsageError {
  return new UsageError('the network of an ONNX file has not been read', {
    path,
    received: importOnnx,
    expected: 'a layer: the descent command reads the file, which a page has not',
    fix: 'in code give (await importOnnx(bytes)).model',
  });
}

/** One layer of a network; errors carry `path`. */
export function buildLayer(call: Call, path = 'model'): AnyLayer {
  return build('layer', LAYERS, call, path);
}

/** What targets and outputs it takes is not known before it is applied, either. */
export function buildLoss(loss: AnyLoss | Call): Loss {
  return (isCall(loss) ? build('loss', LOSSES, loss, 'loss') : loss) as Loss;
}

export function buildOptimizer(optimizer: Optimizer | Call): Optimizer {
  return isCall(optimizer) ? build('optimizer', OPTIMIZERS, optimizer, 'optimizer') : optimizer;
}

/** How a parameter starts; errors carry `path`. */
export function buildInitializer(call: Call, path = 'init'): Initializer {
  return build('initializer', INITIALIZERS, call, path);
}

/** Throws a UsageError for two of one name, which could not be told apart. */
export function buildMetrics(metrics: readonly (AnyMetric | Call)[]): readonly Metric[] {
  const built = metrics.map((metric, i) =>
    isCall(metric) ? build('metric', METRICS, metric, `metrics.${i}`) : metric,
  );
  const twice = built.find(({ name }, i) => built.findIndex((other) => other.name === name) < i);
  if (twice === undefined) return built as readonly Metric[];
  throw new UsageError(`two metrics are called '${twice.name}'`, {
    path: 'metrics',
    received: built.map(({ name }) => name).join(', '),
    expected: 'distinct names',
    fix: 'leave one out, or give it another name',
  });
}

/** Calls a function of a table by its name. Throws a UsageError with `path` where there is none, or what it says about its arguments. */
export function build<T>(kind: string, table: Table<T>, call: Call, path: string): T {
  const [name, ...given] = typeof call === 'string' ? [call] : call;
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  const known = Object.keys(table).filter((one) => 'make' in (table[one] ?? {}));
  if (found === undefined) {
    throw new UsageError(`there is no ${kind} '${name}'${didYouMean(name, known)}`, {
      path,
      expected: known.join(', '),
    });
  }
  if ('notByName' in found) {
    throw new UsageError(`${name} cannot be called by its name: ${found.notByName}`, {
      path,
      expected: known.join(', '),
      fix: `write the config in TypeScript, such as my.config.ts, and call ${name}(…) there`,
    });
  }
  const args = checked(name, given, found, path);
  try {
    return found.make(...args);
  } catch (error) {
    throw mistakeAt(path, error instanceof DescentError ? explained(error, name, given, found) : error);
  }
}

/** What a function says about its arguments; where an option is missing, how JSON writes it. */
function explained<T>(
  error: DescentError,
  name: string,
  given: readonly unknown[],
  { args, options }: Callable<T>,
): DescentError {
  const { path, received } = error.details;
  const option = path?.split(/[.›]/).at(-1)?.trim() ?? '';
  if (received !== 'undefined' || !Object.hasOwn(options, option)) return error;
  const count = Object.keys(args).length;
  const front = given.slice(0, count).map((argument) => `${show(argument)}, `);
  const others = Object.entries(given[count] ?? {}).map(([key, value]) => `"${key}": ${show(value)}, `);
  return new UsageError(`${name} needs the option '${option}'`, {
    ...error.details,
    received: given.length === 0 ? `"${name}" alone` : show([name, ...given]),
    fix: `write ["${name}", ${front.join('')}{ ${others.join('')}"${option}": … }]`,
  });
}

/** The arguments of a call, with an object of options where the function takes one. Throws a UsageError naming the argument that is wrong. */
function checked<T>(name: string, given: readonly unknown[], callable: Callable<T>, path: string): readonly unknown[] {
  if (callable.rest !== undefined) return anyNumber(name, given, callable.rest, path);
  const names = Object.keys(callable.args);
  const takesOptions = Object.keys(callable.options).length > 0;
  const usage = `["${name}"${[...names, ...(takesOptions ? [`{ ${Object.keys(callable.options).join(', ')} }`] : [])].map((one) => `, ${one}`).join('')}]`;
  const most = names.length + (takesOptions ? 1 : 0);
  if (given.length > most) {
    const isListOfCalls = given.every(isCall);
    throw new UsageError(`${name} was given too many arguments`, {
      path,
      received: `${given.length}: ${show(given)}`,
      expected: `at most ${most}: ${usage}`,
      ...(isListOfCalls && { fix: `for one layer after another write ["sequential", "${name}", …]` }),
    });
  }
  const made = [...given];
  for (const [i, argument] of names.entries()) {
    const { is, expected, kind } = callable.args[argument] as Callable<T>['args'][string];
    if (i >= given.length && i >= names.length - callable.optional) continue;
    if (i < given.length) made[i] = nested(kind, given[i], `${path} › ${argument}`);
    if (i < given.length && is(made[i])) continue;
    throw new UsageError(
      i < given.length ? `${name} was given an invalid ${argument}` : `${name} was given too few arguments`,
      {
        path: `${path} › ${argument}`,
        received: i < given.length ? show(given[i]) : given.length === 0 ? 'none' : show(given),
        expected: i < given.length ? expected : `${expected}: ${usage}`,
      },
    );
  }
  if (!takesOptions) return made;
  const options = given.length > names.length ? given[names.length] : {};
  return [...made.slice(0, names.length), optionsOf(name, options, callable, path, usage)];
}

/** The arguments of a function that takes any number of one kind. */
function anyNumber(name: string, given: readonly unknown[], rest: Argument, path: string): readonly unknown[] {
  return given.map((argument, i) => {
    const made = nested(rest.kind, argument, `${path} › ${i}`);
    if (rest.is(made)) return made;
    throw new UsageError(`${name} was given an invalid argument`, {
      path: `${path} › ${i}`,
      received: show(argument),
      expected: rest.expected,
    });
  });
}

/** What the calls in an argument make; what is no call stays as it is. */
function nested(kind: ArgumentKind, value: unknown, path: string): unknown {
  const byName = (of: ArgumentKind, record: Readonly<Record<string, unknown>>): object =>
    Object.fromEntries(Object.entries(record).map(([key, one]) => [key, nested(of, one, `${path} › ${key}`)]));
  switch (kind) {
    case 'layer':
      return isCall(value) ? build('layer', LAYERS, value, path) : value;
    case 'loss':
      return isCall(value) ? build('loss', LOSSES, value, path) : value;
    case 'metric':
      return isCall(value) ? build('metric', METRICS, value, path) : value;
    case 'optimizer':
      return isCall(value) ? build('optimizer', OPTIMIZERS, value, path) : value;
    case 'rate':
    case 'share':
      return scheduled(value, path);
    case 'pair':
      return Array.isArray(value) ? value.map((one, i) => scheduled(one, `${path} › ${i}`)) : value;
    case 'sequence':
      return Array.isArray(value)
        ? value.map((part, i) => (Array.isArray(part) ? part.map((one) => scheduled(one, `${path} › ${i}`)) : part))
        : value;
    case 'groups':
      return Array.isArray(value) ? value.map((group, i) => withRate(group, `${path} › ${i}`)) : value;
    case 'layers':
      return isObject(value) && !Array.isArray(value) ? byName('layer', value) : value;
    case 'term':
      return isObject(value) && 'loss' in value
        ? { ...value, loss: nested('loss', value['loss'], `${path} › loss`) }
        : value;
    default:
      return value;
  }
}

/** A call of a schedule is made; not a number that was written as text. */
function scheduled(value: unknown, path: string): unknown {
  return isCall(value) && Number.isNaN(Number(value)) ? build('schedule', SCHEDULES, value, path) : value;
}

/** A group of parameters whose `lr` is made when it is a call. */
function withRate(group: unknown, path: string): unknown {
  if (!isObject(group) || Array.isArray(group) || !('lr' in group)) return group;
  return { ...group, lr: scheduled(group['lr'], `${path} › lr`) };
}

/** The options with what calls in them make. Throws a UsageError naming the option that is wrong. */
function optionsOf<T>(name: string, options: unknown, callable: Callable<T>, path: string, usage: string): object {
  const known = Object.keys(callable.options);
  if (!isObject(options) || Array.isArray(options)) {
    throw new UsageError(`${name} takes its options as an object`, { path, received: show(options), expected: usage });
  }
  const made: Record<string, unknown> = {};
  for (const [option, value] of Object.entries(options)) {
    const argument = Object.hasOwn(callable.options, option) ? callable.options[option] : undefined;
    if (argument === undefined) {
      throw new UsageError(`${name} has no option '${option}'${didYouMean(option, known)}`, {
        path,
        expected: known.join(', '),
      });
    }
    made[option] = nested(argument.kind, value, `${path} › ${option}`);
    if (argument.is(made[option])) continue;
    throw new UsageError(`${name} was given an invalid ${option}`, {
      path: `${path} › ${option}`,
      received: show(value),
      expected: argument.expected,
    });
  }
  return made;
}

export function isCall(value: unknown): value is Call {
  return typeof value === 'string' || (Array.isArray(value) && typeof value[0] === 'string');
}

function isList<T>(model: AnyLayer | readonly T[]): model is readonly T[] {
  return Array.isArray(model);
}
