import type { JSX } from 'preact';
import type { TermName } from '../../glossary/terms.ts';

/** What can be looked at, in the order of the index. Each is a folder with a file `section.ts` that exports one as `section`. */
export const SECTION_NAMES = ['maps', 'boundary', 'fit', 'convolution', 'pooling', 'activations'] as const;
export type SectionName = (typeof SECTION_NAMES)[number];

/** One thing that the view explains. */
export interface Section {
  readonly name: SectionName;
  /** In the current language. */
  readonly title: () => string;
  /** One sentence under the title. */
  readonly lead: () => string;
  /** Words of the glossary that belong to it. */
  readonly terms: readonly TermName[];
  /** What computes and draws, loaded when the section is opened. */
  readonly load: () => Promise<{ readonly Body: () => JSX.Element }>;
}
