import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { IconButton } from './icon-button.tsx';
import { texts } from './messages.ts';

export interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  /** The button, Escape and a click beside the dialog ask for this. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Buttons at its end. */
  readonly actions?: ComponentChildren;
}

/** The browser's own modal dialog: it keeps the focus inside while it is open, and gives it back. */
export function Dialog({ title, open, onClose, children, actions }: DialogProps) {
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (dialog === null || dialog.open === open) return;
    if (open) dialog.showModal();
    else dialog.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the dialog does what Escape does.
    <dialog
      ref={element}
      class="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        if (open) onClose();
      }}
      onClick={({ target, currentTarget }) => {
        if (target === currentTarget) onClose();
      }}
    >
      {open ? (
        <div class="dialog-body stack">
          <div class="dialog-head">
            <h2 id={id}>{title}</h2>
            <IconButton icon="close" label={texts().close} onClick={onClose} />
          </div>
          {children}
          {actions === undefined ? null : <div class="dialog-actions row">{actions}</div>}
        </div>
      ) : null}
    </dialog>
  );
}
