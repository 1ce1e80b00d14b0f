/** A piece of a curve as a legend shows it, in the colour of the tone around it. */
export function Swatch({ dash, faint = false }: { readonly dash: string; readonly faint?: boolean }) {
  return (
    <svg class="swatch" width="28" height="10" viewBox="0 0 28 10" aria-hidden="true">
      <path
        class={faint ? 'curve faint' : 'curve'}
        d="M1 5H27"
        stroke-dasharray={faint ? undefined : dash || undefined}
      />
    </svg>
  );
}
