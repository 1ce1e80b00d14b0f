import { useState } from 'preact/hooks';
import { saveFile } from '../files/save.ts';
import type { ImagesData } from '../state/experiment.ts';
import { Dialog } from '../ui/dialog.tsx';
import { FileDrop } from '../ui/file-drop.tsx';
import type { Found } from '../ui/folder.ts';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { NumberField } from '../ui/number-field.tsx';
import { entriesOf, isPicturePath } from './archive.ts';
import { dataWorker } from './client.ts';
import { changeKept, kept } from './kept.ts';
import { type KeptSet, NOTHING_KEPT, removingSet } from './kept-values.ts';
import { SAMPLE_SIDE } from './limits.ts';
import { counted, texts } from './messages.ts';
import { usedClasses } from './own.ts';
import { TestShare, withTest } from './shares.tsx';

export interface SetBarProps {
  readonly set: KeptSet;
  readonly data: ImagesData;
  readonly onChange: (data: ImagesData) => void;
  readonly onChoose: (name: string) => void;
  readonly onNew: () => void;
  readonly onImport: (file: File) => Promise<void>;
  readonly onFolder: (found: Found) => Promise<void>;
  readonly onProblem: (error: unknown) => void;
}

/** Which set of pictures is shown, how its pictures become samples, and its way in and out as an archive. */
export function SetBar({ set, data, onChange, onChoose, onNew, onImport, onFolder, onProblem }: SetBarProps) {
  const t = texts();
  const all = kept.value ?? NOTHING_KEPT;
  const [isRemoving, setRemoving] = useState(false);
  const isKept = all.sets.some(({ name }) => name === set.name);
  const used = usedClasses(all, set.name);
  const count = all.pictures.filter((picture) => picture.set === set.name).length;
  // Of a set that cannot be learned from yet, nothing is an experiment.
  const change = (part: Partial<ImagesData>): void => {
    if (used.length > 1) onChange({ ...data, ...part });
  };
  const pack = async (): Promise<void> =>
    saveFile(`${set.name}.zip`, await dataWorker().pack(entriesOf(used)), 'application/zip');
  return (
    <>
      <div class="row data-row">
        {all.sets.length === 0 ? null : (
          <label class="field">
            <span>{t.sets}</span>
            <select value={set.name} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
              {[...new Set([...all.sets.map(({ name }) => name), set.name])].map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        {isKept ? (
          <>
            <IconButton icon="plus" label={t.newSet} onClick={onNew} />
            <IconButton icon="trash" label={t.removeSet} onClick={() => setRemoving(true)} />
            <button type="button" class="button" disabled={count === 0} onClick={() => void pack().catch(onProblem)}>
              <Icon name="download" />
              {t.exportSet}
            </button>
          </>
        ) : null}
      </div>
      <FileDrop
        label={t.importSet}
        hint={t.importHint}
        accept=".zip,application/zip"
        onFiles={([file]) => {
          if (file !== undefined) void onImport(file);
        }}
        folder={{
          wanted: isPicturePath,
          label: t.importFolder,
          onFound: (found) => void onFolder(found),
          onProblem,
        }}
      />
      {used.length < 2 ? null : (
        <div class="data-fields">
          <NumberField
            label={t.side}
            term="shape"
            value={data.width}
            least={8}
            most={SAMPLE_SIDE}
            integer
            onChange={(side) => change({ width: side, height: side })}
          />
          <div class="field">
            <span>{t.colours}</span>
            <fieldset class="segments" aria-label={t.colours}>
              {([1, 3] as const).map((channels) => (
                <button
                  key={channels}
                  type="button"
                  aria-pressed={data.channels === channels}
                  onClick={() => change({ channels })}
                >
                  {channels === 1 ? t.grey : t.rgb}
                </button>
              ))}
            </fieldset>
          </div>
          <TestShare value={data.test} onChange={(test) => onChange(withTest(data, test))} />
        </div>
      )}
      <Dialog
        title={t.removeSet}
        open={isRemoving}
        onClose={() => setRemoving(false)}
        actions={
          <>
            <button type="button" class="button" onClick={() => setRemoving(false)}>
              {t.cancel}
            </button>
            <button
              type="button"
              class="button primary"
              onClick={() => {
                setRemoving(false);
                changeKept(removingSet(all, set.name)).catch(onProblem);
              }}
            >
              {t.remove}
            </button>
          </>
        }
      >
        <p>{t.removeSetSure(set.name, counted(count))}</p>
      </Dialog>
    </>
  );
}
