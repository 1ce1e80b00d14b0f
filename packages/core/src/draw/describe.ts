import type { TensorType } from '../ir/op.ts';
import type { Facts } from './facts.ts';
import type { Item } from './level.ts';
import { countText, oneLine, shapeText } from './text.ts';
import type { Call, Port } from './trace.ts';

/** What a box says. */
export interface Words {
  /** In bold: `conv2d`. */
  readonly kind: string;
  /** Behind it: `1 → 6, 5×5`. */
  readonly detail: string;
  /** What the container calls it, where that is a word. */
  readonly name: string;
  readonly shape: string;
  readonly parameters: string;
  /** All of it, for a tooltip. */
  readonly title: string;
}

export function wordsOf(item: Item, facts: Facts): Words {
  const words = Object.entries(wordsAtLength(item, facts)).map(([name, text]) => [name, oneLine(text)]);
  return Object.fromEntries(words) as unknown as Words;
}

function wordsAtLength(item: Item, facts: Facts): Words {
  if (item.kind === 'box') return item.words;
  if (item.kind === 'call') return callWords(item.call, item.count, facts);
  if (item.kind === 'repeat') {
    const words = { kind: `${item.count} ×`, detail: 'in a row', name: '', shape: '', parameters: '' };
    return { ...words, title: `${item.count} times one behind the other` };
  }
  if (item.kind === 'ops') {
    const title = item.ops.join(', ');
    return { kind: title, detail: '', name: '', shape: '', parameters: '', title };
  }
  const kind = item.names.join(', ') || (item.kind === 'entry' ? 'input' : 'output');
  const shape = shapeText(item.type.shape);
  return { kind, detail: '', name: '', shape, parameters: '', title: `${kind}: ${typeText(item.type)}` };
}

function callWords(call: Call, count: number, facts: Facts): Words {
  const { path, layer, parent, outputs, isAgain, calls } = call;
  const label = String(layer.label);
  const [, kind = label, detail = ''] = /^([^(]+)\((.*)\)$/su.exec(label) ?? [];
  const own = parent === null || parent.path === '' ? path : path.slice(parent.path.length + 1);
  const name = count > 1 || /^\d*$/u.test(own) || own === kind ? '' : own;
  const number = facts.parameters(call);
  const times = count === 1 ? '' : `${count} × `;
  const parameters =
    isAgain && layer.parameters.length > 0 ? 'shared' : number === 0 ? '' : `${times}${countText(number)}`;
  const layers = calls.length === 0 ? '' : `, ${facts.layers(call)} layers inside`;
  const weights =
    parameters === '' ? '' : parameters === 'shared' ? ', weights shared with before' : `, ${parameters} parameters`;
  return {
    kind: `${times}${kind}`,
    detail,
    name,
    shape: portsText(outputs),
    parameters,
    title: `${[path, label].filter((text) => text !== '').join(' ')} → ${portsText(outputs)}${weights}${layers}`,
  };
}

function portsText(ports: readonly Port[]): string {
  return ports.map(({ names, node }) => `${names.join(', ')} ${shapeText(node.type.shape)}`.trim()).join(', ');
}

export function typeText({ dtype, shape }: TensorType): string {
  return `${dtype} ${shapeText(shape)}`;
}

/** Names in the description, at most. */
const MOST_NAMES = 60;

/** The picture in words. */
export function descriptionOf(root: Call, shown: readonly Words[], facts: Facts): string {
  const ends = (ports: readonly Port[], word: string): string =>
    ports.map(({ names, node }) => `${oneLine(names.join(', ')) || word} ${typeText(node.type)}`).join('; ');
  const titles = shown.slice(0, MOST_NAMES).map(({ title }) => oneLine(title));
  const more = shown.length - titles.length;
  return [
    `A network of ${countText(facts.layers(root))} layers with ${countText(facts.parameters(root))} parameters.`,
    `It takes ${ends(root.inputs, 'input')}, and gives ${ends(root.outputs, 'output')}.`,
    `From the input on: ${titles.join('; ')}${more > 0 ? `; and ${countText(more)} more` : ''}.`,
  ].join(' ');
}
