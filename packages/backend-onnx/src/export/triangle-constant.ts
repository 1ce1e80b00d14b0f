import type { AnyConstant } from './varying-constant.ts';

/** Booleans of rows and columns, such as a causal mask: whether `column <= row + diagonal` is `inside`. */
export interface Triangle {
  readonly diagonal: number;
  readonly inside: boolean;
}

/** The axes of rows and columns: the only ones that are longer than 1. */
export function rowsAndColumns({ shape }: AnyConstant): readonly [number, number] | null {
  const [rows, columns, ...more] = [...shape.keys()].filter((k) => shape[k] !== 1);
  return rows === undefined || columns === undefined || more.length > 0 ? null : [rows, columns];
}

/** What triangle `constant` is; `null` when it is none. */
export function triangleOf(constant: AnyConstant): Triangle | null {
  const axes = rowsAndColumns(constant);
  if (constant.dtype !== 'bool' || axes === null) return null;
  const width = constant.shape[axes[1]] as number;
  const height = constant.shape[axes[0]] as number;
  const at = (row: number, column: number): boolean => Number(constant.data[row * width + column]) !== 0;
  for (let row = 0; row < height; row++) {
    const inside = at(row, 0);
    const end = Array.from({ length: width }, (_, column) => at(row, column)).indexOf(!inside);
    if (end === -1) continue;
    const triangle = { diagonal: end - 1 - row, inside };
    return isTriangle(triangle, at, height, width) ? triangle : null;
  }
  return null;
}

function isTriangle(
  { diagonal, inside }: Triangle,
  at: (row: number, column: number) => boolean,
  height: number,
  width: number,
): boolean {
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      if (at(row, column) !== (column <= row + diagonal ? inside : !inside)) return false;
  return true;
}
