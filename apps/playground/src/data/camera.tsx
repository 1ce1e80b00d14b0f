import { useEffect, useRef, useState } from 'preact/hooks';
import { problemOf } from '../session/problem.ts';
import type { Problem } from '../session/protocol.ts';
import { Icon } from '../ui/icon.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { kept } from './kept.ts';
import { MOST_PICTURES } from './limits.ts';
import { texts } from './messages.ts';
import { keepPictures } from './pictures.ts';
import { noRoom } from './problems.ts';

const SIDE = 224;
const INTERVAL_MS = 160;

/** What the camera sees, and a button that takes pictures of it as long as it is held. */
export function CameraCapture({ set, label }: { readonly set: string; readonly label: string }) {
  const t = texts();
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isHeld, setHeld] = useState(false);

  useEffect(() => {
    let stream: MediaStream | null = null;
    let isHere = true;
    const open = async (): Promise<void> => {
      const opened = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 }, audio: false });
      if (!isHere || video.current === null) return stop(opened);
      stream = opened;
      video.current.srcObject = opened;
      await video.current.play();
    };
    open().catch((error: unknown) => {
      if (isHere)
        setProblem({
          name: 'CameraError',
          message: texts().noCamera,
          received: String(error),
          fix: texts().noCameraFix,
        });
    });
    return () => {
      isHere = false;
      if (stream !== null) stop(stream);
    };
  }, []);

  useEffect(() => {
    if (!isHeld) return;
    let isHere = true;
    const record = async (): Promise<void> => {
      while (isHere) {
        const started = performance.now();
        const png = await frame(video.current);
        if (png !== null && hasRoom(set))
          await keepPictures(set, [{ label, name: `camera-${timeOf(new Date())}`, png }]);
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, INTERVAL_MS - (performance.now() - started))));
      }
    };
    record().catch((error: unknown) => {
      setHeld(false);
      setProblem(problemOf(noRoom(error)));
    });
    return () => {
      isHere = false;
    };
  }, [isHeld, set, label]);

  if (problem !== null) return <ProblemNotice problem={problem} />;
  const hold = (event: Event): void => {
    event.preventDefault();
    setHeld(true);
  };
  const isKey = ({ key }: KeyboardEvent): boolean => key === ' ' || key === 'Enter';
  return (
    <div class="stack-small">
      <video ref={video} class="camera" muted playsInline aria-label={t.cameraOf(label)} />
      <button
        type="button"
        class={isHeld ? 'button primary hold' : 'button hold'}
        aria-pressed={isHeld}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          event.currentTarget.focus();
          hold(event);
        }}
        onPointerUp={() => setHeld(false)}
        onPointerCancel={() => setHeld(false)}
        onBlur={() => setHeld(false)}
        onContextMenu={(event) => event.preventDefault()}
        onKeyDown={(event) => {
          if (isKey(event)) hold(event);
        }}
        onKeyUp={(event) => {
          if (isKey(event)) setHeld(false);
        }}
      >
        <Icon name="camera" />
        {t.hold}
      </button>
      <p class="small soft">{t.holdHint}</p>
    </div>
  );
}

/** The middle square of what the camera sees now, as a PNG file; null before it sees anything. */
async function frame(video: HTMLVideoElement | null): Promise<Blob | null> {
  if (video === null || video.videoWidth === 0) return null;
  const { videoWidth, videoHeight } = video;
  const side = Math.min(videoWidth, videoHeight);
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) return null;
  context.imageSmoothingQuality = 'high';
  context.drawImage(video, (videoWidth - side) / 2, (videoHeight - side) / 2, side, side, 0, 0, SIDE, SIDE);
  return canvas.convertToBlob({ type: 'image/png' });
}

function hasRoom(set: string): boolean {
  return (kept.peek()?.pictures.filter((picture) => picture.set === set).length ?? 0) < MOST_PICTURES;
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Such as `20261126-201503-417`: later pictures come later in the folder. */
function timeOf(date: Date): string {
  const digits = date.toISOString().replace(/\D/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${digits.slice(14, 17)}`;
}
