import { type ArgumentKind, type CallKind, describeCalls } from '@descent/cli/config';
import { type Call, configOf, type Experiment } from '../../state/experiment.ts';

/** Samples that are judged at once, as the page and `descent train` do it. */
const HELD_OUT_BATCH = 500;
const WIDTH = 100;

/**
 * An experiment as a program in TypeScript that trains it: the same numbers as in the page. Data of one's own, which the program would have to find,
 * make it a config that `descent train` takes.
 */
export function codeOf(experiment: Experiment): string {
  return 'name' in experiment.data ? program(experiment, experiment.data) : config(experiment);
}

/** An experiment as the JSON that `descent train` takes. */
export function jsonOf(experiment: Experiment): string {
  const { model, data, ...rest } = configOf(experiment);
  const layers = model.map((call) => `    ${JSON.stringify(call)}`).join(',\n');
  const others = Object.entries({ data, ...rest }).map(([key, value]) => `  "${key}": ${JSON.stringify(value)}`);
  return `{\n  "model": [\n${layers}\n  ],\n${others.join(',\n')}\n}\n`;
}

function program(experiment: Experiment, data: Extract<Experiment['data'], { readonly name: string }>): string {
  const { batchSize, epochs, seed, validation, loss = 'crossEntropy' } = experiment;
  const { name, ...options } = data;
  const set = name === 'mnist-sample' ? 'mnistSample' : name;
  const part = (train: boolean): string => `await ${set}(${literal({ ...options, train })})`;
  const hasAccuracy = experiment.loss === undefined || nameOf(experiment.loss) === 'crossEntropy';
  const names = new Set(['createTrainer', 'fit', 'sequential', ...(hasAccuracy ? ['accuracy'] : [])]);
  const model = modelCode(experiment, names);
  const lossCode = written(loss, 'loss', names);
  const optimizer = written(experiment.optimizer, 'optimizer', names);
  const engine = engineOf(experiment.backend);
  const heldOut = (of: string): string => `loader(${of}, { batchSize: Math.min(${HELD_OUT_BATCH}, ${of}.length) })`;
  return `${[
    importLine([...names], '@descent/core'),
    importLine(['loader', set, ...(validation === undefined ? [] : ['randomSplit'])], '@descent/datasets'),
    importLine([engine.name], engine.from),
    '',
    ...(validation === undefined
      ? [`const train = ${part(true)};`]
      : [
          `const all = ${part(true)};`,
          `const [train, validation] = randomSplit(all, [1 - ${validation}, ${validation}] as const, { seed: ${seed}, stratified: true });`,
        ]),
    `const test = ${part(false)};`,
    '',
    `const model = ${model};`,
    '',
    'const trainer = await createTrainer({',
    '  model,',
    `  loss: ${lossCode},`,
    `  optimizer: ${optimizer},`,
    ...(hasAccuracy ? ['  metrics: [accuracy()],'] : []),
    `  seed: ${seed},`,
    `  backend: ${engine.code},`,
    '});',
    'const { history } = await fit(trainer, {',
    `  train: loader(train, { batchSize: ${batchSize}, shuffle: true, seed: ${seed} }),`,
    ...(validation === undefined ? [] : [`  validation: ${heldOut('validation')},`]),
    `  test: ${heldOut('test')},`,
    `  epochs: ${epochs},`,
    '});',
    'console.log(history.at(-1));',
  ].join('\n')}\n`;
}

/** A config for `descent train`: paths in it are relative to the folder where the command runs. */
function config(experiment: Experiment): string {
  const { loss, optimizer, validation, batchSize, epochs, seed, backend } = experiment;
  const { data } = configOf(experiment);
  const names = new Set(['sequential']);
  const keys = [
    `model: ${modelCode(experiment, names).replaceAll('\n', '\n  ')}`,
    `data: ${literal(data)}`,
    ...(loss === undefined ? [] : [`loss: ${written(loss, 'loss', names)}`]),
    `optimizer: ${written(optimizer, 'optimizer', names)}`,
    ...Object.entries({ batchSize, epochs, seed, validation, backend })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}: ${literal(value)}`),
  ];
  return `${[
    importLine(['defineConfig'], '@descent/cli'),
    importLine([...names], '@descent/core'),
    '',
    'export default defineConfig({',
    ...keys.map((key) => `  ${key},`),
    '});',
  ].join('\n')}\n`;
}

function importLine(names: readonly string[], from: string): string {
  const sorted = names.toSorted((a, b) => a.localeCompare(b));
  const line = `import { ${sorted.join(', ')} } from '${from}';`;
  if (line.length <= WIDTH) return line;
  return `import {\n${sorted.map((name) => `  ${name},\n`).join('')}} from '${from}';`;
}

function modelCode({ model }: Experiment, names: Set<string>): string {
  const layers = model.map((call) => `  ${written(call, 'layer', names)},`);
  return `sequential(\n${layers.join('\n')}\n)`;
}

function nameOf(call: Call): string {
  return typeof call === 'string' ? call : call[0];
}

/** A call as TypeScript writes it. Names of the functions that it calls are added to `names`. */
function written(call: unknown, kind: CallKind, names: Set<string>): string {
  const { name, given } = partsOf(call);
  names.add(name);
  const description = describeCalls(kind).find((one) => one.name === name);
  const args = given.map((value, i) => {
    if (description?.rest) return argument(value, description.rest.kind, names);
    const front = description?.args[i];
    if (front !== undefined) return argument(value, front.kind, names);
    const kinds = Object.fromEntries((description?.options ?? []).map((one) => [one.name, one.kind]));
    const options = Object.entries(value as object).map(
      ([key, one]) => `${keyOf(key)}: ${argument(one, kinds[key] ?? 'any', names)}`,
    );
    return options.length === 0 ? '{}' : `{ ${options.join(', ')} }`;
  });
  return `${name}(${args.join(', ')})`;
}

function partsOf(call: unknown): { readonly name: string; readonly given: readonly unknown[] } {
  const [name, ...given] = Array.isArray(call) ? (call as readonly unknown[]) : [call];
  return { name: String(name), given };
}

const isCall = (value: unknown): boolean =>
  typeof value === 'string' || (Array.isArray(value) && typeof value[0] === 'string');

/** What calls in an argument make is written as calls. */
function argument(value: unknown, kind: ArgumentKind, names: Set<string>): string {
  const each = (of: ArgumentKind): string =>
    `{ ${Object.entries(value as object)
      .map(([key, one]) => `${keyOf(key)}: ${argument(one, of, names)}`)
      .join(', ')} }`;
  switch (kind) {
    case 'layer':
    case 'loss':
    case 'metric':
    case 'optimizer':
      return written(value, kind, names);
    case 'layers':
      return each('layer');
    case 'term': {
      const { loss, ...rest } = value as { readonly loss: unknown };
      return `{ loss: ${written(loss, 'loss', names)}, ${literal(rest).slice(2)}`;
    }
    case 'rate':
    case 'share':
      return isCall(value) ? written(value, 'schedule', names) : literal(value);
    case 'pair':
    case 'sequence':
      if (isCall(value)) return written(value, 'schedule', names);
      return Array.isArray(value)
        ? `[${value.map((one) => argument(one, 'sequence', names)).join(', ')}]`
        : literal(value);
    case 'groups':
      return Array.isArray(value) ? `[${value.map((group) => groupOf(group, names)).join(', ')}]` : literal(value);
    default:
      return literal(value);
  }
}

/** A group of parameters, which may have a schedule of its own. */
function groupOf(group: unknown, names: Set<string>): string {
  const entries = Object.entries(group as object).map(([key, one]) => [
    keyOf(key),
    key === 'lr' ? argument(one, 'rate', names) : literal(one),
  ]);
  return `{ ${entries.map((entry) => entry.join(': ')).join(', ')} }`;
}

/** JSON as TypeScript writes it; 1/255 and the like as people write them. */
function literal(value: unknown): string {
  if (typeof value === 'string')
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  if (typeof value === 'number') {
    const inverse = Math.round(1 / value);
    return inverse > 1 && 1 / inverse === value && String(value).length > 6 ? `1 / ${inverse}` : String(value);
  }
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, one]) => `${keyOf(key)}: ${literal(one)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function keyOf(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : literal(key);
}

function engineOf(backend: Experiment['backend']): {
  readonly name: string;
  readonly from: string;
  readonly code: string;
} {
  const [family, device] = backend.split(':') as ['onnx' | 'tfjs', string];
  return family === 'onnx'
    ? { name: 'onnx', from: '@descent/backend-onnx', code: `onnx({ device: '${device}' })` }
    : { name: 'tfjs', from: '@descent/backend-tfjs', code: `await tfjs({ engine: '${device}' })` };
}
