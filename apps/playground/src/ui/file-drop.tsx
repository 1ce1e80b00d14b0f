import { useId, useRef, useState } from 'preact/hooks';
import { accepts } from './accept.ts';
import { droppedFolders, type Found, filesOf, filesOfChosen } from './folder.ts';
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
  /** What is done with a folder; without it, folders are no files of these kinds. */
  readonly folder?: FolderUse;
}

export interface FolderUse {
  /** Which files of it are wanted, by their paths. */
  readonly wanted: (path: string) => boolean;
  /** Of a button that lets choose one; none without it. */
  readonly label?: string;
  readonly onFound: (found: Found) => void;
  /** A folder that cannot be read, as when it has gone meanwhile. */
  readonly onProblem: (error: unknown) => void;
}

/** So many names of files that were not taken are said. */
const NAMED = 6;

/** A place for files: dropped, or chosen in the system's dialog by click or keyboard. */
export function FileDrop({ label, accept, multiple = false, hint, disabled = false, onFiles, folder }: FileDropProps) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const [refused, setRefused] = useState<readonly string[]>([]);
  const take = (list: FileList | null | undefined): void => {
    const files = Array.from(list ?? []);
    const taken = files.filter((file) => accepts(accept, file)).slice(0, multiple ? undefined : 1);
    setRefused(files.filter((file) => !accepts(accept, file)).map(({ name }) => name));
    if (taken.length > 0) onFiles(taken);
  };
  const drop = (transfer: DataTransfer | null): void => {
    const folders = folder === undefined ? null : droppedFolders(transfer);
    if (folder === undefined || folders === null) {
      take(transfer?.files);
      return;
    }
    setRefused([]);
    filesOf(folders, folder.wanted).then(folder.onFound, folder.onProblem);
  };
  const names = refused.length > NAMED ? [...refused.slice(0, NAMED), '…'] : refused;
  return (
    <div class="stack-small">
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
          if (!disabled) drop(event.dataTransfer);
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
      {folder?.label === undefined ? null : <ChooseFolder label={folder.label} use={folder} disabled={disabled} />}
      <p class="field-note wrong" role="status">
        {names.length === 0 ? '' : texts().refusedFiles(names.join(', '), accept)}
      </p>
    </div>
  );
}

interface ChooseFolderProps {
  readonly label: string;
  readonly use: FolderUse;
  readonly disabled: boolean;
}

/** The system's dialog for folders, where there is one: phones have none. */
function ChooseFolder({ label, use, disabled }: ChooseFolderProps) {
  const input = useRef<HTMLInputElement>(null);
  if (!('webkitdirectory' in HTMLInputElement.prototype)) return null;
  return (
    <div>
      <button type="button" class="button" disabled={disabled} onClick={() => input.current?.click()}>
        <Icon name="upload" />
        {label}
      </button>
      <input
        ref={(element) => {
          input.current = element;
          // No attribute of HTML, but every browser of a desktop has it.
          if (element !== null) element.webkitdirectory = true;
        }}
        type="file"
        hidden
        aria-label={label}
        onChange={({ currentTarget }) => {
          const list = Array.from(currentTarget.files ?? []);
          currentTarget.value = '';
          if (list.length > 0) use.onFound(filesOfChosen(list, use.wanted));
        }}
      />
    </div>
  );
}
