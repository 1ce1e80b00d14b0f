import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { language } from '../i18n/language.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Explanation } from './explanation.tsx';
import { texts } from './messages.ts';
import { placeBeside } from './place.ts';
import { POPOVER_ID, shown } from './shown.ts';
import { TERMS } from './terms.ts';
import './glossary.css';

/** The one popover of the page, which explains the term that was pressed. It stands beside its button while the page scrolls. */
export function TermPopover() {
  const element = useRef<HTMLDivElement>(null);
  const at = shown.value;
  const place = (): void => {
    const popover = element.current;
    const button = shown.peek()?.button;
    if (popover === null || button === undefined || !popover.matches(':popover-open')) return;
    const { left, top } = placeBeside(button.getBoundingClientRect(), popover.getBoundingClientRect(), {
      width: document.documentElement.clientWidth,
      height: innerHeight,
    });
    popover.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
  };
  const hide = (): void => element.current?.hidePopover();
  // Another term has another size.
  useLayoutEffect(place, [at]);
  useEffect(() => {
    addEventListener('resize', place);
    addEventListener('scroll', place, { passive: true, capture: true });
    return () => {
      removeEventListener('resize', place);
      removeEventListener('scroll', place, { capture: true });
    };
  }, []);
  return (
    <div
      ref={element}
      id={POPOVER_ID}
      class="term-popover"
      popover="auto"
      role="dialog"
      aria-label={at === null ? undefined : TERMS[at.name].name[language.value]}
      tabIndex={-1}
      onToggle={(event) => {
        if (event.newState !== 'open') return;
        place();
        element.current?.focus({ preventScroll: true });
      }}
    >
      {at === null ? null : (
        <>
          <div class="term-close">
            <IconButton icon="close" label={texts().close} onClick={hide} />
          </div>
          <Explanation
            name={at.name}
            onRelated={(name) => {
              shown.value = { ...at, name };
              element.current?.focus({ preventScroll: true });
            }}
            onLeave={hide}
          />
        </>
      )}
    </div>
  );
}
