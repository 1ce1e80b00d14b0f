import { useState } from 'preact/hooks';
import { Dialog } from '../ui/dialog.tsx';
import { FileDrop } from '../ui/file-drop.tsx';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { isPicturePath } from './archive.ts';
import { CameraCapture } from './camera.tsx';
import { ClassName } from './class-name.tsx';
import { changeKept, kept } from './kept.ts';
import { type KeptSet, NOTHING_KEPT, type PictureClass, removingClass } from './kept-values.ts';
import { counted, texts } from './messages.ts';
import type { Added, GivenPicture } from './pictures.ts';
import { Thumbnail } from './thumbnail.tsx';

export interface ClassCardProps {
  readonly set: KeptSet;
  readonly own: PictureClass;
  /** `left`: what else was in a folder. */
  readonly onFiles: (given: readonly GivenPicture[], left?: Pick<Added, 'others' | 'isCut'>) => void;
  readonly onProblem: (error: unknown) => void;
}

const SHOWN = 48;

/** One class of pictures: its name, what is in it, and ways to add to it. */
export function ClassCard({ set, own, onFiles, onProblem }: ClassCardProps) {
  const t = texts();
  const [hasCamera, setCamera] = useState(false);
  const [isRemoving, setRemoving] = useState(false);
  const { name, pictures } = own;
  const count = t.count(counted(pictures.length));
  const remove = (): void => {
    setRemoving(false);
    void changeKept(removingClass(kept.peek() ?? NOTHING_KEPT, set, name));
  };
  return (
    <section class="card class-card stack-small" aria-label={`${t.className} ${name}`}>
      <div class="class-head">
        <ClassName set={set} name={name} />
        <IconButton
          icon="trash"
          label={t.removeClass(name)}
          onClick={() => (pictures.length === 0 ? remove() : setRemoving(true))}
        />
      </div>
      <p class="small soft">{count}</p>
      {pictures.length === 0 ? null : (
        <ul class="thumbnails">
          {/* The newest first: what was just added is seen. */}
          {pictures
            .slice(-SHOWN)
            .reverse()
            .map((picture) => (
              <Thumbnail key={picture.id} picture={picture} />
            ))}
        </ul>
      )}
      {pictures.length > SHOWN ? <p class="small soft">{t.more(counted(pictures.length - SHOWN))}</p> : null}
      <FileDrop
        label={t.addTo(name)}
        hint={t.addHint}
        accept="image/*,.png,.jpg,.jpeg,.webp"
        multiple
        onFiles={(files) => onFiles(files.map((file) => ({ label: name, name: file.name, file })))}
        folder={{
          wanted: isPicturePath,
          onFound: ({ files, others, isCut }) =>
            onFiles(
              files.map(({ file }) => ({ label: name, name: file.name, file })),
              { others, isCut },
            ),
          onProblem,
        }}
      />
      <button type="button" class="button" aria-expanded={hasCamera} onClick={() => setCamera(!hasCamera)}>
        <Icon name="camera" />
        {hasCamera ? t.closeCamera : t.camera}
      </button>
      {hasCamera ? <CameraCapture set={set.name} label={name} /> : null}
      <Dialog
        title={t.removeClass(name)}
        open={isRemoving}
        onClose={() => setRemoving(false)}
        actions={
          <>
            <button type="button" class="button" onClick={() => setRemoving(false)}>
              {t.cancel}
            </button>
            <button type="button" class="button primary" onClick={remove}>
              {t.remove}
            </button>
          </>
        }
      >
        <p>{t.removeClassSure(name, counted(pictures.length))}</p>
      </Dialog>
    </section>
  );
}
