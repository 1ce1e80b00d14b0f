import { type Language, language } from './language.ts';

/** A text, or a function that makes one of what it says. */
type Message = string | ((...values: never[]) => string);

/** The same texts in another language: the same keys, and functions of the same values. */
type Translated<M> = {
  readonly [K in keyof M]: M[K] extends (...values: infer V) => string ? (...values: V) => string : string;
};

/** Texts in every language. One that is missing in a language does not compile. */
export type Messages<M> = { readonly en: M } & { readonly [L in Exclude<Language, 'en'>]: Translated<M> };

/**
 * The texts of one part of the page. The result gives those of the current language; components that call it are drawn anew when the language
 * changes.
 */
export function messages<const M extends Readonly<Record<string, Message>>>(texts: Messages<M>): () => Translated<M> {
  return () => texts[language.value] as Translated<M>;
}
