import { Field } from '../ui/field.tsx';

export interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** The value as text. */
  readonly shown: string;
  readonly onChange: (value: number) => void;
}

/** A number that is drawn along a line. */
export function Slider({ label, value, from, to, step, shown, onChange }: SliderProps) {
  return (
    <Field label={label}>
      {(attributes) => (
        <div class="slider">
          <input
            {...attributes}
            type="range"
            min={from}
            max={to}
            step={step}
            value={value}
            aria-valuetext={shown}
            onInput={({ currentTarget }) => onChange(Number(currentTarget.value))}
          />
          <output for={attributes.id}>{shown}</output>
        </div>
      )}
    </Field>
  );
}
