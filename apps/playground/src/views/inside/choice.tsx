interface ChoiceProps<T> {
  readonly label: string;
  readonly of: readonly T[];
  readonly value: T;
  readonly name: (one: T) => string;
  readonly onPick: (one: T) => void;
}

/** A labelled list of which one is chosen. */
export function Choice<T extends string | number>({ label, of, value, name, onPick }: ChoiceProps<T>) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={String(value)} onChange={({ currentTarget }) => onPick(of[currentTarget.selectedIndex] as T)}>
        {of.map((one) => (
          <option key={one} value={String(one)}>
            {name(one)}
          </option>
        ))}
      </select>
    </label>
  );
}
