import type { JSX } from 'preact';

export const VIEW_NAMES = ['build', 'train', 'compare', 'inside', 'use', 'glossary'] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

/** One place of the page. Each is a folder with a file `view.tsx` that exports one as `view`; the shell finds them. */
export interface View {
  readonly name: ViewName;
  /** In the current language. */
  readonly title: () => string;
  /** What is inside a 24 × 24 icon, drawn with lines of `currentColor`. */
  readonly icon: JSX.Element;
  readonly Body: () => JSX.Element;
}
