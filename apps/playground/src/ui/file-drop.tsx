import { useId, useState } from 'preact/hooks';
import { accepts } from './accept.ts';
import { Icon } from './icon.tsx';
import { texts } from './messages.ts';

export interface FileDropProps {
  readonly label: string;
  /** As HTML's attribute: `.csv,image/*`. Files of other kinds are named and left out. */
  readonly accept: string;
  readonly multiple?: boolean;
  readonly hint?: string;
  readonly disabled?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

/** A place for files: dropped, or chosen in the system's dialog by click or keyboard. */
export function FileDrop({ label, accept, multiple = false, hint, disabled = false, onFiles }: FileDropProps) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const [refused, setRefused] = useState<readonly string[]>([]);
  const take = (list: FileList | null | undefined): void => {
    const files = Array.from(list ?? []);
    const taken = files.filter((file) => accepts(accept, file)).slice(0, multiple ? undefined : 1);
    setRefused(files.filter((file) => !accepts(accept, file)).map(({ name }) => name));
    if (taken.length > 0) onFiles(taken);
  };
  return (
    <div>
      {/** biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the input inside has the first. */}
      <div
        class={isOver ? 'file-drop over' : 'file-drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(!disabled);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          if (!disabled) take(event.dataTransfer?.files);
        }}
      >
        <Icon name="upload" />
        <label for={id}>
          <strong>{label}</strong>
          <span class="soft small">{hint ?? texts().drop}</span>
        </label>
        <input
          id={id}
          type="file"
          accept={accept}
          multiple={multiple}
          disabled={disabled}
          onChange={({ currentTarget }) => {
            take(currentTarget.files);
            // The same file can be chosen again after a change.
            currentTarget.value = '';
          }}
        />
      </div>
      <p class="field-note wrong" role="status">
        {refused.length === 0 ? '' : texts().refusedFiles(refused.join(', '), accept)}
      </p>
    </div>
  );
}
