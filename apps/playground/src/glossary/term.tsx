import type { ComponentChildren, TargetedMouseEvent } from 'preact';
import { language } from '../i18n/language.ts';
import { texts } from './messages.ts';
import { POPOVER_ID, shown } from './shown.ts';
import { TERMS, type TermName } from './terms.ts';

/** A word on the page that is explained when it is pressed. Without children, the term's own name. */
export function Term({ name, children }: { readonly name: TermName; readonly children?: ComponentChildren }) {
  return (
    <button type="button" class="term" {...opens(name)}>
      {children ?? TERMS[name].name[language.value]}
    </button>
  );
}

/** A small mark beside a label, which explains the term. */
export function TermMark({ name }: { readonly name: TermName }) {
  const label = texts().what(TERMS[name].name[language.value]);
  return (
    <button type="button" class="term-mark" aria-label={label} title={label} {...opens(name)}>
      ?
    </button>
  );
}

function opens(name: TermName) {
  return {
    popovertarget: POPOVER_ID,
    'aria-haspopup': 'dialog',
    onClick: (event: TargetedMouseEvent<HTMLButtonElement>): void => {
      const button = event.currentTarget;
      const isOpen = document.getElementById(POPOVER_ID)?.matches(':popover-open') === true;
      // The browser opens and closes the popover; where it is open for another word, it only changes what it says.
      if (isOpen && shown.peek()?.button !== button) event.preventDefault();
      shown.value = { name, button };
    },
  } as const;
}
