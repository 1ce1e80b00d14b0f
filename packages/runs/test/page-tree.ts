import { type DefaultTreeAdapterTypes, parse } from 'parse5';

export type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

/** The page as a browser builds it, and what is wrong with its syntax. */
export function parsePage(page: string): { readonly root: Node; readonly errors: readonly string[] } {
  const errors: string[] = [];
  const root = parse(page, { onParseError: ({ code, startLine }) => errors.push(`${code} in line ${startLine}`) });
  return { root, errors };
}

/** All elements under `node` that `selector` (`tag`, `.class`, `#id`, or `tag.class`) names, in order. */
export function all(node: Node, selector: string): readonly Element[] {
  const [, tag = '', sign = '', name = ''] = /^([\w-]*)([.#]?)([\w-]*)$/.exec(selector) ?? [];
  return elements(node).filter(
    (element) =>
      (tag === '' || element.tagName === tag) &&
      (sign !== '.' || (attribute(element, 'class') ?? '').split(' ').includes(name)) &&
      (sign !== '#' || attribute(element, 'id') === name),
  );
}

/** The one element that `selector` names. */
export function one(node: Node, selector: string): Element {
  const found = all(node, selector);
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} elements are ${selector}`);
  return first;
}

export function elements(node: Node): readonly Element[] {
  const children = 'childNodes' in node ? node.childNodes : [];
  return children.flatMap((child) => ('tagName' in child ? [child, ...elements(child)] : []));
}

export function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((a) => a.name === name)?.value;
}

export function text(node: Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(text).join('') : '';
}

/** The texts of a table's cells, row by row, with its head. */
export function cells(table: Node): readonly (readonly string[])[] {
  return all(table, 'tr').map((row) => elements(row).flatMap((e) => (/^t[dh]$/.test(e.tagName) ? [text(e)] : [])));
}

/** `1,234` → 1234, with a typographic minus as well; NaN for what is no number. */
export function number(shown: string | undefined): number {
  return shown === undefined || shown === '' ? Number.NaN : Number(shown.replaceAll(',', '').replace('\u2212', '-'));
}
