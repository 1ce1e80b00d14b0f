import type { AttributeProto, GraphProto, ModelProto, NodeProto } from '../proto/onnx-pb.ts';
import { operatorName } from './model-nodes.ts';

/** What a node computes, of what and how, as a text; stored tensors are told apart. */
export interface NodeText {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * Nodes whose result has one name in both models, and that compute it in another way: by another operator, of other values, with other attributes.
 * Where all these are the same but results have other names, so that it does not show which node is which, that is the one change.
 */
export function nodeChanges(before: ModelProto, after: ModelProto): readonly NodeText[] {
  const [a, b] = [nodeTexts(before), nodeTexts(after)];
  const changed = [...a].flatMap(([name, text]) => {
    const other = b.get(name);
    return other === undefined || other === text ? [] : [{ name, before: text, after: other }];
  });
  const alone = (here: ReadonlyMap<string, string>, there: ReadonlyMap<string, string>): string =>
    `${[...here.keys()].filter((name) => !there.has(name)).length} that the other file has not`;
  const isRenamed = [...a.keys()].some((name) => !b.has(name)) && a.size === b.size;
  return isRenamed ? [...changed, { name: 'results of nodes', before: alone(a, b), after: alone(b, a) }] : changed;
}

/** Each node by the name of its first result; a name that occurs again, as in the bodies of two branches, is counted. */
function nodeTexts({ graph, functions }: ModelProto): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const graphs: GraphProto[] = graph === undefined ? [] : [graph];
  const add = (n: NodeProto, within: string): void => {
    const name = `${within}${n.output.find((output) => output !== '') ?? n.name}`;
    let at = name;
    for (let times = 2; found.has(at); times++) at = `${name} (${times})`;
    found.set(at, nodeText(n));
    for (const a of n.attribute) graphs.push(...(a.g === undefined ? a.graphs : [a.g, ...a.graphs]));
  };
  for (const f of functions) for (const n of f.node) add(n, `${f.name}: `);
  for (let g = graphs.pop(); g !== undefined; g = graphs.pop()) for (const n of g.node) add(n, '');
  return found;
}

function nodeText(n: NodeProto): string {
  const attributes = n.attribute.map((a) => `${a.name}=${attributeText(a)}`).sort();
  return [`${operatorName(n)}(${n.input.join(', ')})`, ...attributes].join(' ');
}

function attributeText(a: AttributeProto): string {
  const body = (g: GraphProto): string =>
    `(${g.input.map(({ name }) => name).join(', ')}) → (${g.output.map(({ name }) => name).join(', ')})`;
  if (a.refAttrName !== '') return `@${a.refAttrName}`;
  if (a.g !== undefined) return body(a.g);
  if (a.graphs.length > 0) return a.graphs.map(body).join(', ');
  if (a.t !== undefined || a.sparseTensor !== undefined) return 'a tensor';
  // Nine digits tell each float32 from all others.
  const float = (value: number): number => Number(value.toPrecision(9));
  const texts = [...a.floats.map(float), ...a.ints, ...a.strings.map((s) => new TextDecoder().decode(s))];
  if (texts.length > 0) return texts.join(',');
  return a.s.length > 0 ? new TextDecoder().decode(a.s) : String(a.f !== 0 ? float(a.f) : a.i);
}
