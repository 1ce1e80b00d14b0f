import { type Cell, NumberGrid } from '../number-grid.tsx';
import { type Geometry, outputNear, outputSizeOf, padsOf, reachOf, type Tap, tapsAt } from './geometry.ts';
import { texts } from './messages.ts';
import { PlayerBar } from './player-bar.tsx';
import { BRIGHTEST } from './scene.ts';
import { usePlayer } from './use-player.ts';

interface StageProps {
  readonly geometry: Geometry;
  readonly image: Float32Array;
  readonly weight: Float32Array;
  /** As core computed it. */
  readonly output: readonly number[];
}

/** The window at one place: what it sees, its weights, the products, and the output so far. */
export function Stage({ geometry, image, weight, output }: StageProps) {
  const t = texts();
  const side = outputSizeOf(geometry);
  const player = usePlayer(side * side);
  const place = [Math.floor(player.at / side), player.at % side] as const;
  const taps = tapsAt(geometry, image, weight, place);
  const channels = Array.from({ length: geometry.channels }, (_, c) => taps.filter(({ channel }) => channel === c));
  const most = Math.max(1, ...output.map(Math.abs));
  const mostProduct = Math.max(1, ...taps.map(({ product }) => Math.abs(product)));
  const mostWeight = Math.max(1, ...weight.map(Math.abs));
  const outputRows = Array.from({ length: side }, (_, r) =>
    Array.from({ length: side }, (_, c): Cell => {
      const i = r * side + c;
      return { value: i <= player.at ? (output[i] as number) : null, marks: i === player.at ? 'strong' : '' };
    }),
  );
  const point = (row: number, column: number): void =>
    player.go(outputNear(geometry, row) * side + outputNear(geometry, column));
  const value = output[player.at] as number;
  return (
    <div class="stack">
      <PlayerBar player={player} count={side * side} label={t.outputCell(place[0] + 1, place[1] + 1)} />
      <div class="convolution-stage">
        <div class="stack">
          {channels.map((ofChannel, c) => (
            <div key={c} class="convolution-channel">
              <NumberGrid
                caption={t.inputOf(c + 1, geometry.channels)}
                rows={inputRows(geometry, image, c, place, ofChannel)}
                most={BRIGHTEST}
                onPoint={point}
              />
              <span class="convolution-sign">×</span>
              <NumberGrid
                caption={t.kernelOf(c + 1, geometry.channels)}
                rows={kernelRows(geometry.kernel, ofChannel, ({ weight }) => weight)}
                most={mostWeight}
              />
              <span class="convolution-sign">=</span>
              <NumberGrid
                caption={t.productsOf(signed(total(ofChannel)))}
                rows={kernelRows(geometry.kernel, ofChannel, ({ product }) => product)}
                most={mostProduct}
              />
            </div>
          ))}
        </div>
        <div class="stack convolution-output">
          <NumberGrid caption={t.output} rows={outputRows} most={most} />
          <p class="formula" data-sum>
            {geometry.channels === 1
              ? terms(channels[0] as readonly Tap[])
              : channels.map((ofChannel) => signed(total(ofChannel))).join(' + ')}{' '}
            = <strong>{signed(value)}</strong>
          </p>
        </div>
      </div>
      <p class="soft small">{t.drag}</p>
    </div>
  );
}

/** One channel with its padding; what the window sees is marked. */
function inputRows(
  geometry: Geometry,
  image: Float32Array,
  channel: number,
  [row, column]: readonly [number, number],
  taps: readonly Tap[],
): readonly (readonly Cell[])[] {
  const { size, stride } = geometry;
  const [before, after] = padsOf(geometry);
  const seen = new Set(taps.map(({ y, x }) => `${y},${x}`));
  const reach = reachOf(geometry);
  const isBetween = (at: number, start: number): boolean => at >= start && at < start + reach;
  return Array.from({ length: before + size + after }, (_, r) =>
    Array.from({ length: before + size + after }, (_, c): Cell => {
      const [y, x] = [r - before, c - before];
      const isInside = y >= 0 && y < size && x >= 0 && x < size;
      const isReached = isBetween(r, row * stride) && isBetween(c, column * stride);
      const mark = seen.has(`${y},${x}`) ? 'marked' : isReached ? 'reached' : '';
      return isInside
        ? { value: image[(channel * size + y) * size + x] as number, marks: mark, color: 'grey' }
        : { value: 0, marks: `outside ${mark}`, color: 'none' };
    }),
  );
}

function kernelRows(size: number, taps: readonly Tap[], of: (tap: Tap) => number): readonly (readonly Cell[])[] {
  return Array.from({ length: size }, (_, y) =>
    taps.slice(y * size, (y + 1) * size).map((tap): Cell => ({ value: of(tap) })),
  );
}

function total(taps: readonly Tap[]): number {
  return taps.reduce((sum, { product }) => sum + product, 0);
}

/** The products that are not zero, as a sum. */
function terms(taps: readonly Tap[]): string {
  const shown = taps.filter(({ product }) => product !== 0);
  return shown.length === 0 ? '0' : shown.map(({ input, weight }) => `${input}·${bracketed(weight)}`).join(' + ');
}

function bracketed(value: number): string {
  return value < 0 ? `(${signed(value)})` : String(value);
}

function signed(value: number): string {
  return String(value).replace('-', '−');
}
