const MARKUP: unique symbol = Symbol('markup');

/** A piece of HTML or SVG that needs no more escaping. Made by `html` alone, so that no text gets into the page as markup. */
export interface Html {
  readonly [MARKUP]: string;
}

/** What may stand in a template: text and numbers are escaped, pieces stand as they are, lists are joined, nothing is nothing. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

/** A template for markup: `` html`<td>${name}</td>` ``. Values may stand in elements and in quoted attributes. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return { [MARKUP]: parts.reduce((text, part, i) => `${text}${render(values[i - 1])}${part}`) };
}

/** Marks own constant text, such as the style sheet, as markup. */
export function trusted(text: string): Html {
  return { [MARKUP]: text };
}

/** The markup of `content`. */
export function render(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(content);
  return isList(content) ? content.map(render).join('') : content[MARKUP];
}

function isList(content: Html | readonly Content[]): content is readonly Content[] {
  return Array.isArray(content);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return (
    text
      // Control characters are errors in HTML, whichever way they are written.
      .replace(/[^\P{Cc}\t\n]/gu, '\ufffd')
      .replace(/[&<>"']/g, (character) => ENTITIES[character] as string)
  );
}
