/** Pictures are drawn as stacked squares, rows of numbers as dots, or as a bar where they are many. Larger is more, on a scale that is no ruler. */
export function TensorGlyph({ shape, widest }: { readonly shape: readonly number[] | null; readonly widest: number }) {
  return (
    <svg class="glyph" viewBox="0 0 56 48" aria-hidden="true">
      {shape === null ? (
        <circle class="glyph-none" cx="28" cy="24" r="4" />
      ) : shape.length === 3 ? (
        squares(shape, widest)
      ) : (
        row(shape)
      )}
    </svg>
  );
}

const MOST_SQUARES = 5;
const MOST_DOTS = 12;

function squares([channels = 1, height = 1, width = 1]: readonly number[], widest: number) {
  const count = Math.min(channels, MOST_SQUARES);
  const side = (size: number): number => 6 + 24 * Math.sqrt(size / widest);
  const [w, h] = [side(width), side(height)];
  const gap = 3;
  const left = 28 - (w + gap * (count - 1)) / 2;
  const top = 24 - (h - gap * (count - 1)) / 2;
  return Array.from({ length: count }, (_, i) => (
    <rect
      key={i}
      class="glyph-map"
      x={left + gap * (count - 1 - i)}
      y={top - gap * (count - 1 - i)}
      width={w}
      height={h}
      rx="1.5"
    />
  ));
}

function row(shape: readonly number[]) {
  const count = shape.reduce((a, b) => a * b, 1);
  if (count <= MOST_DOTS) {
    const gap = Math.min(6, 44 / count);
    return Array.from({ length: count }, (_, i) => (
      <circle key={i} class="glyph-dot" cx={28 + gap * (i - (count - 1) / 2)} cy="24" r={Math.min(2.4, gap * 0.42)} />
    ));
  }
  const length = Math.min(48, 10 + 5 * Math.log2(count / MOST_DOTS + 1));
  return <rect class="glyph-map" x={28 - length / 2} y="20" width={length} height="8" rx="2" />;
}
