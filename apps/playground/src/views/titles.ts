import { texts as build } from './build/messages.ts';
import { texts as compare } from './compare/messages.ts';
import { texts as glossary } from './glossary/messages.ts';
import { texts as inside } from './inside/messages.ts';
import { texts as train } from './train/messages.ts';
import { texts as use } from './use/messages.ts';
import type { ViewName } from './view.ts';

const TEXTS = { build, compare, glossary, inside, train, use } as const satisfies Record<
  ViewName,
  () => { title: string }
>;

/** The title of a view in the current language, for links from inside other views. */
export function viewTitle(name: ViewName): string {
  return TEXTS[name]().title;
}
