export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const GAP = 6;
const EDGE = 12;

/** Where a popover of `size` stands: below `anchor`, above it where there is no room below, and always inside the window. */
export function placeBeside(
  anchor: Box,
  size: { readonly width: number; readonly height: number },
  space: { readonly width: number; readonly height: number },
): { readonly left: number; readonly top: number } {
  const below = anchor.top + anchor.height + GAP;
  const above = anchor.top - GAP - size.height;
  const fitsBelow = below + size.height <= space.height - EDGE;
  const top = fitsBelow || above < EDGE ? below : above;
  return {
    left: clamp(anchor.left, EDGE, space.width - EDGE - size.width),
    top: clamp(top, EDGE, space.height - EDGE - size.height),
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
