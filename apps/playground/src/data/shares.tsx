import type { Experiment, ImagesData, TableFileData } from '../state/experiment.ts';
import { experiment } from '../state/store.ts';
import { NumberField } from '../ui/number-field.tsx';
import { texts } from './messages.ts';

const STEPS = { by: 0.05 };

/** The share of the training data that is held out to validate. */
export function ValidationShare() {
  const t = texts();
  return (
    <NumberField
      label={t.validation}
      hint={t.validationHint}
      term="validationSet"
      value={experiment.value.validation ?? 0}
      least={0}
      below={1}
      steps={STEPS}
      onChange={(share) => {
        experiment.value = withValidation(experiment.value, share);
      }}
    />
  );
}

/** The share of own data that is kept to test. */
export function TestShare({
  value,
  onChange,
}: {
  readonly value: number | undefined;
  /** 0 for none. */
  readonly onChange: (share: number) => void;
}) {
  const t = texts();
  return (
    <NumberField
      label={t.test}
      hint={t.testHint}
      term="testSet"
      value={value ?? 0}
      least={0}
      below={1}
      steps={STEPS}
      onChange={onChange}
    />
  );
}

function withValidation({ validation: _, ...rest }: Experiment, share: number): Experiment {
  return share === 0 ? rest : { ...rest, validation: share };
}

/** The same own data with a share of them kept to test; 0 keeps none. */
export function withTest<D extends TableFileData | ImagesData>({ test: _, ...rest }: D, share: number): D {
  return (share === 0 ? rest : { ...rest, test: share }) as D;
}
