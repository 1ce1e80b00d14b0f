import type { StepInspection } from '@descent/core/diagnose';
import type { StepNote } from '@descent/runs';
import { short } from './samples.ts';

/** From which share on units that give nothing, or numbers at the ends of a range, stand out. */
const MANY_DEAD = 0.1;
const MANY_SATURATED = 0.5;
/** Updates in norms of the values. */
const MUCH = 0.1;
/** The gradient of a first layer in norms of the last one's. */
const VANISHED = 1e-4;

/** What stands out in a step. A first look, not a judgement: one batch is little to go by. */
export function notesOf({ layers, unseen, parameters }: StepInspection): readonly StepNote[] {
  return [
    ...notSeen(unseen),
    ...layers.flatMap(alongSteps),
    ...layers.flatMap(({ path, label, dead, units, saturated }) => {
      const name = `layer ${path} ${label}`.replace('  ', ' ');
      if (dead !== null && dead >= units * MANY_DEAD && dead > 0)
        return [
          {
            tone: 'warn' as const,
            title: 'dead units',
            text: `${dead} of ${units} units of ${name} give 0 for every sample of the batch, so that no gradient reaches what feeds them`,
          },
        ];
      if (saturated !== null && saturated >= MANY_SATURATED)
        return [
          {
            tone: 'warn' as const,
            title: 'saturation',
            text: `${Math.round(100 * saturated)} % of the output of ${name} is within a hundredth of the ends of its range, where next to no gradient gets through`,
          },
        ];
      return [];
    }),
    ...parameters.flatMap(({ name, ratio, layer, value }) =>
      ratio !== null && ratio >= MUCH && value.count > 1 && !/bias$/.test(name) && parameterIsTrained(name, parameters)
        ? [
            {
              tone: 'warn' as const,
              title: 'a large update',
              text: `the step changes ${name} of layer ${layer || 'at the top'} by ${short(ratio)} of its norm; a thousandth is usual`,
            },
          ]
        : [],
    ),
    ...vanishing(parameters),
  ];
}

/** What there is and is not shown. */
function notSeen(layers: StepInspection['unseen']): readonly StepNote[] {
  if (layers.length === 0) return [];
  const names = layers.map(({ path, label }) => `${path} ${label}`).join(', ');
  const text = `${names} ${layers.length === 1 ? 'stands' : 'stand'} in the step of a loop, and nothing needs what ${layers.length === 1 ? 'it gives' : 'they give'}`;
  return [{ tone: 'note', title: 'not among the layers', text }];
}

/** States whose gradient has all but gone, or has grown out of proportion, on its way back through the steps of a loop. */
function alongSteps({ path, label, of, steps }: StepInspection['layers'][number]): readonly StepNote[] {
  const gradient = steps?.gradient ?? [];
  const [first, last] = steps?.reverse === true ? [gradient.at(-1), gradient[0]] : [gradient[0], gradient.at(-1)];
  if (!of.startsWith('state') || first === undefined || last === undefined || !(first > 0) || !(last > 0)) return [];
  const share = first / last;
  if (!Number.isFinite(share) || (share >= VANISHED && share <= 1 / VANISHED)) return [];
  const title = share < 1 ? 'a vanishing gradient' : 'an exploding gradient';
  const text = `the gradient of the ${of} of ${`layer ${path} ${label}`.trim().replace('  ', ' ')} at the first of ${gradient.length} steps is ${short(share)} of that at the last`;
  return [{ tone: 'warn', title, text }];
}

function parameterIsTrained(name: string, parameters: StepInspection['parameters']): boolean {
  return parameters.find((one) => one.name === name)?.gradient != null;
}

function vanishing(parameters: StepInspection['parameters']): readonly StepNote[] {
  const weights = parameters.filter(({ name, gradient }) => /weight$/.test(name) && gradient !== null);
  const [first, last] = [weights[0], weights.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const rms = ({ gradient }: (typeof weights)[number]): number =>
    gradient === null ? 0 : gradient.norm / Math.sqrt(Math.max(1, gradient.count));
  if (!(rms(last) > 0) || !(rms(first) < VANISHED * rms(last))) return [];
  return [
    {
      tone: 'warn' as const,
      title: 'a vanishing gradient',
      text: `the gradient of ${first.name} is ${short(rms(first) / rms(last))} of that of ${last.name}, number by number`,
    },
  ];
}
