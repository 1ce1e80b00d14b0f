import type { ImagePreprocessing } from '@descent/core';
import { useEffect } from 'preact/hooks';
import { Icon } from '../../ui/icon.tsx';
import { texts } from './messages.ts';
import { Pad } from './pad.tsx';
import { preprocessingFor } from './prepare.ts';
import { SamplePicker } from './sample-picker.tsx';
import { ask, askAboutPicture, isCentred, source } from './state.ts';

export interface PictureInputProps {
  readonly preprocessing: ImagePreprocessing;
  readonly canCentre: boolean;
  /** Whether there is a network of the page, which has data of its own to choose from. */
  readonly hasSamples: boolean;
}

/** A pad to draw on, and other ways to a picture: a file, the camera, the clipboard, a sample. */
export function PictureInput({ preprocessing, canCentre, hasSamples }: PictureInputProps) {
  const t = texts();
  const how = preprocessingFor(preprocessing, canCentre && isCentred.value);
  const open = async (file: Blob | undefined, name: string): Promise<void> => {
    if (file === undefined) return;
    askAboutPicture({ kind: 'file', name, bytes: new Uint8Array(await file.arrayBuffer()), preprocessing: how });
  };

  // What is there is prepared anew when the way to do it has changed.
  useEffect(() => {
    const now = source.peek();
    if (now.kind === 'drawing' || now.kind === 'file') {
      const name = now.kind === 'file' ? now.name : '';
      askAboutPicture({ kind: now.kind, name, bytes: now.prepared.bytes, preprocessing: how });
    }
  }, [JSON.stringify(how)]);

  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const file = Array.from(event.clipboardData?.files ?? []).find(({ type }) => type.startsWith('image/'));
      if (file !== undefined) void open(file, file.name);
    };
    addEventListener('paste', paste);
    return () => removeEventListener('paste', paste);
  });

  return (
    <section
      class="card stack use-input"
      aria-label={t.input}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        const file = Array.from(event.dataTransfer?.files ?? []).find(({ type }) => type.startsWith('image/'));
        if (file === undefined) return;
        event.preventDefault();
        void open(file, file.name);
      }}
    >
      <h2>{t.draw}</h2>
      <Pad
        source={source.value}
        onDraw={(bytes) => askAboutPicture({ kind: 'drawing', name: '', bytes, preprocessing: how })}
      />
      <div class="row">
        <button type="button" class="button" onClick={() => ask({ kind: 'none' })}>
          <Icon name="trash" />
          {t.clear}
        </button>
        <FileButton icon="picture" label={t.openPicture} onFile={open} />
        <FileButton icon="camera" label={t.camera} capture onFile={open} />
      </div>
      <p class="small soft">{t.pictureHint}</p>
      {hasSamples ? <SamplePicker /> : null}
    </section>
  );
}

function FileButton({
  icon,
  label,
  capture = false,
  onFile,
}: {
  readonly icon: 'picture' | 'camera';
  readonly label: string;
  readonly capture?: boolean;
  readonly onFile: (file: File | undefined, name: string) => Promise<void>;
}) {
  return (
    <label class="button use-file">
      <Icon name={icon} />
      {label}
      <input
        type="file"
        class="visually-hidden"
        accept="image/png,image/jpeg,image/webp"
        {...(capture && { capture: 'environment' as const })}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          void onFile(file, file?.name ?? '');
          currentTarget.value = '';
        }}
      />
    </label>
  );
}
