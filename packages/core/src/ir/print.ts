import { expectGraph, type Graph } from './graph.ts';
import { expectNodes, type Node } from './node.ts';
import { formatShape } from './shape.ts';

/**
 * One line a node: `%3 = add(%1, %2) float32[2, 3]`, and below a node that holds a graph, such as a loop, that graph, once. Stable text, for golden
 * tests and debugging.
 */
export function printGraph(g: Graph): string {
  expectGraph('printGraph', g);
  return linesOf(g, '%').join('\n');
}

function linesOf(g: Graph, prefix: string): readonly string[] {
  const ids = new Map(g.nodes.map((n, i) => [n, `${prefix}${i}`]));
  const bodies = new Map<Graph, Names>();
  const lines = g.nodes.flatMap((n) => {
    const body = n.op.body?.(n.attrs);
    const known = body === undefined ? undefined : bodies.get(body);
    const names = known ?? (body === undefined ? NO_NAMES : namesIn(body, `${ids.get(n)}.`));
    if (body !== undefined) bodies.set(body, names);
    const args = [...n.inputs.map((x) => ids.get(x)), ...formatAttrs(n.attrs, names)].join(', ');
    const line = `${ids.get(n)} = ${n.op.name}(${args}) ${formatType(n)}`;
    if (body === undefined || known !== undefined) return [line];
    return [line, ...linesOf(body, `${ids.get(n)}.`).map((inner) => `  ${inner}`)];
  });
  for (const [name, n] of g.outputs) lines.push(`return ${name} = ${ids.get(n)}`);
  return lines;
}

/** What graphs and nodes are called that attributes refer to. */
type Names = ReadonlyMap<unknown, string>;
const NO_NAMES: Names = new Map();

function namesIn(body: Graph, prefix: string): Names {
  return new Map<unknown, string>([
    [body, prefix.slice(0, -1)],
    ...body.nodes.map((n, i) => [n, `${prefix}${i}`] as const),
  ]);
}

export function formatType(n: Node): string {
  expectNodes('formatType', [n]);
  return `${n.type.dtype}${formatShape(n.type.shape)}`;
}

function formatAttrs(attrs: object, names: Names): string[] {
  return Object.entries(attrs)
    .filter(([, v]) => v !== undefined)
    .map(([k, v]) => `${k}=${formatValue(v, names)}`);
}

function formatValue(v: unknown, names: Names): string {
  const name = names.get(v);
  if (name !== undefined) return name;
  if (ArrayBuffer.isView(v)) {
    const list = v as unknown as ArrayLike<number>;
    return list.length <= 8 ? `[${Array.from(list).join(', ')}]` : `<${list.length} elements>`;
  }
  if (Array.isArray(v)) return `[${v.map((x) => formatValue(x, names)).join(', ')}]`;
  // A node that its body does not need yet: its own text would be as long as all that it is made of.
  if (isNode(v)) return `${v.op.name} ${formatType(v)}`;
  if (typeof v === 'object' && v !== null) return `{${formatAttrs(v, names).join(', ')}}`;
  return String(v);
}

function isNode(v: unknown): v is Node {
  return typeof v === 'object' && v !== null && 'op' in v && 'inputs' in v;
}
