import { useEffect, useRef } from 'preact/hooks';

export interface PixelCanvasProps {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and alpha of each pixel, row after row; the canvas is given for the colours that its style resolves to. A new function draws anew. */
  readonly paint: (canvas: HTMLCanvasElement) => Uint8ClampedArray<ArrayBuffer>;
  readonly class: string;
  /** Pixels of the page that a number is wide. Default: what the style says. */
  readonly zoom?: number | undefined;
  /** What it shows, for those who do not see it; left out where a text beside it says so. */
  readonly label?: string | undefined;
}

/** Numbers as pixels: the one canvas behind heat maps and pictures. */
export function PixelCanvas({ width, height, paint, class: name, zoom, label }: PixelCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const { current } = canvas;
    const context = current?.getContext('2d');
    if (current && context) context.putImageData(new ImageData(paint(current), width, height), 0, 0);
  }, [paint, width, height]);
  return (
    <canvas
      ref={canvas}
      class={name}
      width={width}
      height={height}
      {...(zoom !== undefined && { style: { width: `${width * zoom}px`, height: `${height * zoom}px` } })}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  );
}
