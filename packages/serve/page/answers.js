import { element, table } from './dom.js';

/**
 * What the server says of one item.
 * @typedef {{
 *   readonly predictions?: readonly { readonly label: string, readonly probability: number }[],
 *   readonly labels?: readonly string[],
 *   readonly values?: readonly number[],
 *   readonly inverted?: boolean,
 *   readonly error?: string,
 * }} Answer
 */

/**
 * @param {readonly Answer[]} answers
 * @returns {readonly Node[]}
 */
export function answersShown(answers) {
  const [first] = answers;
  if (first === undefined) return [];
  return answers.length === 1 ? one(first) : [many(answers)];
}

/**
 * @param {Answer} answer
 * @returns {readonly Node[]}
 */
function one({ predictions, labels, values, inverted, error }) {
  if (error !== undefined) return [wrong(error)];
  return [
    ...(labels === undefined
      ? []
      : [
          element('p', { class: 'numbers' }, labels.length === 0 ? 'none of them' : labels.join(', ')),
          element('p', { class: 'soft small' }, 'How probable each is:'),
        ]),
    ...(predictions === undefined ? [] : [bars(predictions)]),
    ...(values === undefined ? [] : [element('p', { class: 'numbers' }, values.map(short).join(', '))]),
    ...(inverted === true
      ? [
          element(
            'p',
            { class: 'aside' },
            'The picture was taken as dark on bright: dark and bright were exchanged for the network.',
          ),
        ]
      : []),
  ];
}

/** @param {readonly { readonly label: string, readonly probability: number }[]} predictions */
function bars(predictions) {
  return element(
    'ol',
    { class: 'bars' },
    ...predictions.map(({ label, probability }) => {
      const fill = element('div', { class: 'fill' });
      fill.style.width = `${100 * Math.min(1, Math.max(0, probability))}%`;
      return element(
        'li',
        {},
        element('span', { class: 'name' }, label),
        element('span', { class: 'value' }, percent(probability)),
        element('div', { class: 'track', 'aria-hidden': 'true' }, fill),
      );
    }),
  );
}

/** @param {readonly Answer[]} answers */
function many(answers) {
  const rows = answers.map(({ predictions, labels, values, error }, i) => {
    const [best] = predictions ?? [];
    const text = error ?? labels?.join(', ') ?? best?.label ?? values?.map(short).join(', ') ?? '';
    return [
      String(i + 1),
      text,
      error === undefined && best !== undefined && labels === undefined ? percent(best.probability) : '',
    ];
  });
  const hasChance = rows.some(([, , chance]) => chance !== '');
  const columns = [
    { name: 'Row' },
    { name: 'Answer' },
    ...(hasChance ? [{ name: 'Probability', isNumber: true }] : []),
  ];
  return table(
    'Answers',
    columns,
    rows.map((row) => row.slice(0, columns.length)),
  );
}

/**
 * Outputs as tensors; where the first is one number for each class, the classes.
 * @param {readonly { readonly name: string, readonly datatype: string, readonly shape: readonly number[], readonly data: readonly unknown[] }[]} outputs
 * @param {{ readonly outputKind?: string, readonly labels?: readonly string[] }} model
 * @returns {readonly Node[]}
 */
export function tensorsShown(outputs, { outputKind, labels = [] }) {
  const [first] = outputs;
  const chances = first === undefined ? null : probabilities(/** @type {readonly number[]} */ (first.data), outputKind);
  const classes = first?.shape.at(-1) ?? 0;
  const isClasses =
    first !== undefined &&
    first.shape.length === 2 &&
    first.shape[0] === 1 &&
    classes === first.data.length &&
    classes > 1 &&
    // Of several outputs without names of classes nobody says that the first is one of classes.
    (outputs.length === 1 || labels.length === classes) &&
    chances !== null;
  const best = isClasses
    ? chances
        .map((probability, i) => ({ label: labels.length === classes ? (labels[i] ?? '') : String(i), probability }))
        .sort((a, b) => b.probability - a.probability)
        .slice(0, 5)
    : [];
  return [
    ...(best.length > 0 ? [bars(best)] : []),
    table(
      'Outputs',
      [{ name: 'Output' }, { name: 'Type' }, { name: 'Shape' }, { name: 'Numbers' }],
      outputs.map(({ name, datatype, shape, data }) => [name, datatype, `[${shape.join(', ')}]`, head(data)]),
    ),
  ];
}

/**
 * @param {readonly number[]} data
 * @param {string | undefined} kind
 */
function probabilities(data, kind) {
  if (kind === 'probabilities') return [...data];
  if (kind === 'log-probabilities') return data.map(Math.exp);
  if (kind !== 'logits') return null;
  const most = Math.max(...data);
  const powers = data.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((value) => value / sum);
}

/** @param {readonly unknown[]} data */
function head(data) {
  const flat = data.flat(Number.POSITIVE_INFINITY);
  const shown = flat.slice(0, 12).map((value) => (typeof value === 'number' ? short(value) : String(value)));
  return `${shown.join(', ')}${flat.length > 12 ? `, … ${flat.length} in all` : ''}`;
}

/** @param {string} text */
export function wrong(text) {
  return element('div', { class: 'wrong', role: 'alert' }, text);
}

/** @param {number} probability */
function percent(probability) {
  const value = 100 * probability;
  // What is not sure does not read as sure.
  if (value < 100 && value >= 99.995) return '> 99.99 %';
  if (value > 0 && value < 0.005) return '< 0.01 %';
  return `${value.toFixed(2)} %`;
}

/** @param {number} value */
function short(value) {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e6 ? String(Number(value.toPrecision(5))) : value.toExponential(3);
}
