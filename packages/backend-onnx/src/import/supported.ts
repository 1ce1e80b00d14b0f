import { BackendError, closest } from '@descent/core';
import { bodiesOf, type ImportedGraph, type ImportedNode } from './graph.ts';
import { operatorName } from './rule.ts';
import { RULES } from './rules/index.ts';

/** What to do about operators that cannot be imported, where something is known. */
const ADVICE: Readonly<Record<string, string>> = {
  NonMaxSuppression: 'export the network without it, and choose boxes outside',
  NonZero: 'its size depends on the data: use Where with a mask',
  Unique: 'its size depends on the data: compute it outside',
  Compress: 'its size depends on the data: use Where with a mask',
  'ai.onnx.ml.ZipMap': 'export the classifier with the option zipmap: False',
  StringNormalizer: 'prepare texts outside of the network',
  TfIdfVectorizer: 'prepare texts outside of the network',
};

const MOST_NAMES = 5;

/** Throws one `BackendError` for all operators of `graph` that have no rule: which, how often, where, and what is near. */
export function expectSupported(graph: ImportedGraph, path: string): void {
  const missing = new Map<string, ImportedNode[]>();
  const visit = ({ nodes }: ImportedGraph): void => {
    for (const node of nodes) {
      const name = operatorName(node);
      if (!Object.hasOwn(RULES, name)) {
        const all = missing.get(name);
        if (all === undefined) missing.set(name, [node]);
        else all.push(node);
      }
      for (const body of bodiesOf(node)) visit(body);
    }
  };
  visit(graph);
  if (missing.size === 0) return;
  const lines = [...missing].map(([name, nodes]) => {
    const shown = nodes.slice(0, MOST_NAMES).map((n) => `'${n.name}'`);
    const more = nodes.length - shown.length;
    const times = nodes.length === 1 ? 'once' : `${nodes.length} times`;
    const advice = Object.hasOwn(ADVICE, name) ? `; ${ADVICE[name]}` : nearest(name);
    return `${name} (${times}: ${shown.join(', ')}${more > 0 ? `, and ${more} more` : ''})${advice}`;
  });
  throw new BackendError(
    missing.size === 1
      ? 'the model has an operator that cannot be imported'
      : `the model has ${missing.size} operators that cannot be imported`,
    {
      path,
      received: lines.join('\n            '),
      expected: 'operators that have a gradient or a fixed size, see docs/onnx-import.md',
      fix: 'export the network without them, or run the file as it is with loadOnnx',
    },
  );
}

function nearest(name: string): string {
  const near = closest(name, Object.keys(RULES));
  return near === undefined ? '' : `; the nearest that can is ${near}`;
}
