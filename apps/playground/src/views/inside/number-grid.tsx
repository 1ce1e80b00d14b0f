export interface Cell {
  /** None: an empty cell. */
  readonly value: number | null;
  /** Names of classes in `inside.css`, such as `marked`. */
  readonly marks?: string;
  /** What it is coloured by: shades of grey, or two colours for numbers above and below zero. Default `'sign'`. */
  readonly color?: 'grey' | 'sign' | 'none';
}

export interface NumberGridProps {
  readonly caption: string;
  readonly rows: readonly (readonly Cell[])[];
  /** The number that gets the full colour. */
  readonly most: number;
  /** Called with the cell under the pointer while it is pressed. */
  readonly onPoint?: (row: number, column: number) => void;
}

/** A square of numbers, one row after the other, as rows of cells. */
export function cellsOf(
  values: ArrayLike<number>,
  side: number,
  look: (row: number, column: number) => Omit<Cell, 'value'>,
): readonly (readonly Cell[])[] {
  return Array.from({ length: side }, (_, row) =>
    Array.from({ length: side }, (_, column) => ({
      value: values[row * side + column] as number,
      ...look(row, column),
    })),
  );
}

/** A table of numbers as coloured cells. */
export function NumberGrid({ caption, rows, most, onPoint }: NumberGridProps) {
  const point = ({ clientX, clientY }: PointerEvent): void => {
    const cell = document.elementFromPoint(clientX, clientY)?.closest<HTMLTableCellElement>('td');
    const row = cell?.parentElement;
    if (cell && row instanceof HTMLTableRowElement) onPoint?.(row.rowIndex, cell.cellIndex);
  };
  const digits = Math.max(2, ...rows.flat().map(({ value }) => show(value).length));
  return (
    <div class="numbers-box" style={{ '--columns': rows[0]?.length ?? 1, '--digits': digits }}>
      <table
        class={`numbers ${onPoint === undefined ? '' : 'draggable'}`}
        onPointerDown={(event) => {
          if (onPoint === undefined) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          point(event);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) point(event);
        }}
      >
        <caption>{caption}</caption>
        <tbody>
          {rows.map((row, r) => (
            <tr key={r}>
              {row.map((cell, c) => (
                <td key={c} class={classOf(cell)}>
                  <span style={{ '--share': shareOf(cell, most) }}>{show(cell.value)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function classOf({ value, marks = '', color = 'sign' }: Cell): string {
  const sign = color !== 'sign' || value === null || value === 0 ? '' : value > 0 ? 'positive' : 'negative';
  return `${marks} ${sign} ${value === null ? 'empty' : ''}`.trim();
}

function shareOf({ value, color = 'sign' }: Cell, most: number): number {
  return color === 'none' || value === null || most === 0 ? 0 : Math.min(1, Math.abs(value) / most);
}

/** Whole numbers as they are, others with two digits. */
function show(value: number | null): string {
  if (value === null) return '';
  return (Number.isInteger(value) ? String(value) : value.toFixed(2)).replace('-', '−');
}
