import { useEffect, useRef } from 'preact/hooks';
import { texts } from './messages.ts';
import { rgbaOf } from './pixels.tsx';
import { counted, type Source } from './state.ts';

export interface PadProps {
  readonly source: Source;
  /** Gets the PNG file of the drawing while it is drawn. */
  readonly onDraw: (png: Uint8Array<ArrayBuffer>) => void;
}

const SIDE = 280;
const PEN = 22;
const PAPER = '#fff';
const INK = '#000';

/** A square of paper to draw on with mouse, finger or pen; it shows a picture that was opened until the next stroke. */
export function Pad({ source, onDraw }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDrawing = useRef(false);
  const paper = (): CanvasRenderingContext2D => canvas.current?.getContext('2d') as CanvasRenderingContext2D;

  const isFirst = useRef(true);
  useEffect(() => {
    // What is drawn here is on the paper already, but for a drawing from before one looked at another view.
    if (source.kind !== 'drawing' || isFirst.current) void show(source, paper());
    isFirst.current = false;
  }, [source]);

  const tell = counted(async () => {
    const drawn = canvas.current;
    if (drawn === null) return;
    const blob = await new Promise<Blob | null>((resolve) => drawn.toBlob(resolve, 'image/png'));
    if (blob !== null) onDraw(new Uint8Array(await blob.arrayBuffer()));
  });
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.current?.setPointerCapture(event.pointerId);
    const context = paper();
    if (source.kind !== 'drawing') clear(context);
    isDrawing.current = true;
    const [x, y] = placeOf(event);
    context.strokeStyle = INK;
    context.lineWidth = PEN;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.beginPath();
    context.moveTo(x, y);
    // A dot, where the pen goes up without a move.
    context.lineTo(x, y);
    context.stroke();
  };
  const move = (event: PointerEvent): void => {
    if (!isDrawing.current) return;
    const context = paper();
    for (const point of pointsOf(event)) context.lineTo(...placeOf(point, event.currentTarget as Element));
    context.stroke();
    void tell();
  };
  const up = (): void => {
    if (!isDrawing.current) return;
    isDrawing.current = false;
    void tell();
  };
  return (
    <canvas
      ref={canvas}
      class="pad"
      width={SIDE}
      height={SIDE}
      role="img"
      aria-label={texts().pad}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
    />
  );
}

/** A move may stand for several that came between two frames. */
function pointsOf(event: PointerEvent): readonly PointerEvent[] {
  const all = event.getCoalescedEvents?.() ?? [];
  return all.length > 0 ? all : [event];
}

function placeOf(event: PointerEvent, element = event.currentTarget as Element): [x: number, y: number] {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [((event.clientX - left) * SIDE) / width, ((event.clientY - top) * SIDE) / height];
}

function clear(context: CanvasRenderingContext2D): void {
  context.fillStyle = PAPER;
  context.fillRect(0, 0, SIDE, SIDE);
}

/** Puts what is asked about on the paper. */
async function show(source: Source, context: CanvasRenderingContext2D): Promise<void> {
  clear(context);
  if (source.kind === 'file' || source.kind === 'drawing') {
    const bitmap = await createImageBitmap(new Blob([source.prepared.bytes]), { imageOrientation: 'from-image' });
    contain(bitmap, context, true);
    bitmap.close();
  } else if (source.kind === 'sample' && source.x.shape.length >= 4) {
    const [height, width] = source.x.shape.slice(-2) as [number, number];
    const bitmap = await createImageBitmap(new ImageData(rgbaOf(source.x), width, height));
    contain(bitmap, context, false);
    bitmap.close();
  }
}

function contain(bitmap: ImageBitmap, context: CanvasRenderingContext2D, isSmooth: boolean): void {
  const scale = Math.min(SIDE / bitmap.width, SIDE / bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  context.imageSmoothingEnabled = isSmooth;
  context.drawImage(bitmap, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
}
