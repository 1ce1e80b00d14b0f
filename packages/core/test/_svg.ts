/** An element of XML. */
export interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  /** Of the element itself, not of those inside. */
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const ATTRIBUTE = /\s+([\w:-]+)="([^"<]*)"/gu;
const TAG = /^<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)(\/?)>$/u;

/** The root of an XML document as `drawModel` writes it. Stricter than XML: throws for all that it need not write, such as comments. */
export function parseXml(text: string): Element {
  const forbidden = /[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (forbidden !== null) throw new Error(`U+${forbidden[0].codePointAt(0)?.toString(16)} at ${forbidden.index}`);
  const document: Element = { tag: '', attributes: {}, children: [], text: '' };
  const open = [document];
  for (const piece of text.trim().split(/(<[^>]*>)/u)) {
    const parent = open.at(-1) as Element;
    if (!piece.startsWith('<')) {
      parent.text += unescaped(piece);
      continue;
    }
    const [, isEnd, tag = '', attributes = '', isEmpty] = TAG.exec(piece) ?? [];
    if (tag === '') throw new Error(`no tag: ${piece}`);
    if (isEnd === '/') {
      if (parent.tag !== tag || attributes !== '') throw new Error(`</${tag}> in <${parent.tag}>`);
      open.pop();
      continue;
    }
    const pairs = [...attributes.matchAll(ATTRIBUTE)].map(([, name, value]) => [name, unescaped(value ?? '')] as const);
    if (new Set(pairs.map(([name]) => name)).size < pairs.length) throw new Error(`an attribute twice: ${piece}`);
    const element: Element = { tag, attributes: Object.fromEntries(pairs), children: [], text: '' };
    parent.children.push(element);
    if (isEmpty !== '/') open.push(element);
  }
  const [root] = document.children;
  if (open.length > 1 || root === undefined || document.children.length > 1 || document.text.trim() !== '')
    throw new Error('not one element');
  return root;
}

function unescaped(text: string): string {
  if (/&(?!(?:amp|lt|gt|quot|#39);)/u.test(text)) throw new Error(`an entity in ${text}`);
  return text.replace(/&([\w#]+);/gu, (_, name: string) => ENTITIES[name] as string);
}

/** `element` and all inside. */
export function within(element: Element): readonly Element[] {
  return [element, ...element.children.flatMap(within)];
}

export interface Rect {
  readonly key: string;
  readonly kind: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Picture {
  readonly root: Element;
  readonly rects: readonly Rect[];
  /** `from > to`, sorted. */
  readonly edges: readonly string[];
  /** What boxes say, by their key. */
  readonly texts: ReadonlyMap<string, string>;
}

const BOXES = ['frame', 'container', 'layer', 'ops', 'entry', 'exit'];

/** What `svg` shows. */
export function pictureOf(svg: string): Picture {
  const root = parseXml(svg);
  const all = within(root);
  const groups = all.filter(({ tag, attributes }) => tag === 'g' && BOXES.includes(attributes['class'] ?? ''));
  const rects = groups.map(({ attributes, children }): Rect => {
    const rect = children.find(({ tag }) => tag === 'rect');
    const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => Number(rect?.attributes[name]));
    return { key: attributes['data-key'] ?? '', kind: attributes['class'] ?? '', x, y, width, height } as Rect;
  });
  return {
    root,
    rects,
    edges: all
      .filter(({ attributes }) => attributes['class'] === 'edge')
      .map(({ attributes }) => `${attributes['data-from']} > ${attributes['data-to']}`)
      .sort(),
    texts: new Map(
      groups.map((group) => [
        group.attributes['data-key'] ?? '',
        within(group)
          .flatMap(({ tag, text }) => (tag === 'text' || tag === 'tspan' ? [text] : []))
          .join(' | '),
      ]),
    ),
  };
}
