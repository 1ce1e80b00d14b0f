import type { ViewName } from '../views/view.ts';

/** A text in every language of the page. */
export interface Both {
  readonly en: string;
  readonly zh: string;
}

/** A term of the course notes or of the page. */
export interface TermEntry {
  readonly name: Both;
  /** One to three sentences. */
  readonly says: Both;
  /** Alike in all languages. */
  readonly formula?: string;
  /** Keys of the table of terms. */
  readonly related: readonly string[];
  /** Where it can be seen. */
  readonly view?: ViewName;
}

export type TermEntries = Readonly<Record<string, TermEntry>>;
