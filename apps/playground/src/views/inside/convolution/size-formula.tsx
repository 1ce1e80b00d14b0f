import { type Geometry, outputSizeOf, padsOf, reachOf } from './geometry.ts';
import { texts } from './messages.ts';

/** The arithmetic of the output's size, with its numbers in it. */
export function SizeFormula({ geometry }: { readonly geometry: Geometry }) {
  const t = texts();
  const { size, kernel, stride, dilation, channels } = geometry;
  const [before, after] = padsOf(geometry);
  const side = outputSizeOf(geometry);
  const padding = before === after ? `2·${before}` : `${before} + ${after}`;
  const rest = size + before + after - reachOf(geometry);
  const lost = side === 0 ? 0 : Math.max(0, (rest % stride) - after);
  return (
    <div class="card stack size-formula">
      <h3>{t.sizeTitle}</h3>
      <div class="formula">
        <div>⌊(n + {before === after ? '2p' : 'p₁ + p₂'} − d(k − 1) − 1) / s⌋ + 1</div>
        <div>
          = ⌊({size} + {padding} − {dilation}·({kernel} − 1) − 1) / {stride}⌋ + 1
        </div>
        <div>
          = ⌊{String(rest).replace('-', '−')} / {stride}⌋ + 1 = <strong>{side === 0 ? '—' : side}</strong>
        </div>
      </div>
      <p class="soft small">{t.sizeMeaning}</p>
      {lost > 0 ? <p class="small">{t.lostPixels(lost)}</p> : null}
      {side > 0 ? (
        <p class="small">{t.shares(channels * kernel * kernel, side * side, channels * size * size)}</p>
      ) : null}
    </div>
  );
}
