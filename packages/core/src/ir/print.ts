import { expectGraph, type Graph } from './graph.ts';
import { expectNodes, type Node } from './node.ts';
import { formatShape } from './shape.ts';

/** One line a node: `%3 = add(%1, %2) float32[2, 3]`. Stable text, for golden tests and debugging. */
export function printGraph(g: Graph): string {
  expectGraph('printGraph', g);
  const ids = new Map(g.nodes.map((n, i) => [n, `%${i}`]));
  const lines = g.nodes.map((n) => {
    const args = [...n.inputs.map((x) => ids.get(x)), ...formatAttrs(n.attrs)].join(', ');
    return `${ids.get(n)} = ${n.op.name}(${args}) ${formatType(n)}`;
  });
  for (const [name, n] of g.outputs) lines.push(`return ${name} = ${ids.get(n)}`);
  return lines.join('\n');
}

export function formatType(n: Node): string {
  expectNodes('formatType', [n]);
  return `${n.type.dtype}${formatShape(n.type.shape)}`;
}

function formatAttrs(attrs: object): string[] {
  return Object.entries(attrs)
    .filter(([, v]) => v !== undefined)
    .map(([k, v]) => `${k}=${formatValue(v)}`);
}

function formatValue(v: unknown): string {
  if (ArrayBuffer.isView(v)) {
    const list = v as unknown as ArrayLike<number>;
    return list.length <= 8 ? `[${Array.from(list).join(', ')}]` : `<${list.length} elements>`;
  }
  if (Array.isArray(v)) return `[${v.map(formatValue).join(', ')}]`;
  if (typeof v === 'object' && v !== null) return `{${formatAttrs(v).join(', ')}}`;
  return String(v);
}
