import { FRAME, isLogarithmic, round, SIZE, valueAxis, valueScale } from '../report/charts/axes.ts';
import { type Html, html } from '../report/page/html.ts';
import { parameterScale, shownParameter, shownResult } from './place.ts';
import type { SearchedParameter, SearchedTrial, SearchPage } from './search-page.ts';

type Charted = Pick<SearchPage, 'metric' | 'mode' | 'parameters' | 'trials'>;

/** What came of each value of one parameter; the best is set off, and what came to no number stands at the edge where bad numbers are. */
export function parameterChart(index: number, { metric, mode, parameters, trials }: Charted): Html {
  const parameter = parameters[index] as SearchedParameter;
  const x = parameterScale(parameter, FRAME.left + 12, FRAME.right - 12, 12);
  const y = valueScale(
    trials.flatMap(({ value }) => value ?? []),
    true,
  );
  const most = Math.max(...trials.map(({ epochs }) => epochs));
  const none = mode === 'min' ? FRAME.top : FRAME.bottom;
  const dot = (trial: SearchedTrial, rank: number): Html => {
    const across = round(x.at(trial.values[index] as number));
    const title = `trial ${trial.trial}: ${parameter.name} ${shownParameter(parameter, trial.values[index] as number)}, ${shownResult(trial.value, trial.status)}`;
    if (trial.value === null)
      return html`<path class="lost" d="M${round(across - 4)} ${none - 4}l8 8m0 -8l-8 8"><title>${title}</title></path>`;
    const look = rank === 0 ? 'first' : trial.epochs < most ? 'short' : 'other';
    return html`<circle class="${look}" cx="${across}" cy="${round(y(trial.value))}" r="${rank === 0 ? 5 : 3.5}"><title>${title}</title></circle>`;
  };
  const base = FRAME.bottom;
  return html`<figure class="chart"><figcaption><b>${parameter.name}</b>${parameter.kind === 'range' && parameter.log && html` <span class="soft">log scale</span>`}<span class="legend">${metric}${isLogarithmic(y) && ', log scale'}</span></figcaption>
<div class="frame"><svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="${metric} of ${trials.length} trials by ${parameter.name}">
${valueAxis(y)}<g class="axis"><line class="base" x1="${FRAME.left}" x2="${FRAME.right}" y1="${base}" y2="${base}"/>${x.ticks.map(
    ({ at, label }) =>
      html`<line class="base" x1="${round(at)}" x2="${round(at)}" y1="${base}" y2="${base + 4}"/><text x="${round(at)}" y="${base + 22}" text-anchor="middle">${label}</text>`,
  )}</g>
<g class="trials">${trials.map(dot).reverse()}</g></svg></div></figure>`;
}

const HEIGHT = 300;
const TOP = 44;
const BOTTOM = 276;
const APART = 150;

/** A line for each trial through its values, to the number that it came to: the best ones set off. Trials without a number end at the bad end. */
export function parallelChart({ metric, mode, parameters, trials }: Charted): Html {
  const width = Math.max(SIZE.width, APART * parameters.length + 120);
  const places = [...parameters.keys(), parameters.length].map((i) => 60 + (i * (width - 130)) / parameters.length);
  const scales = parameters.map((parameter) => parameterScale(parameter, BOTTOM, TOP, 10));
  const y = valueScale(
    trials.flatMap(({ value }) => value ?? []),
    true,
  ).range(mode === 'min' ? [TOP, BOTTOM] : [BOTTOM, TOP]);
  const label = isLogarithmic(y) ? y.tickFormat(4, '~g') : y.tickFormat(4);
  const last = y
    .ticks(4)
    .map((tick) => ({ at: y(tick), label: label(tick) }))
    .filter((tick) => tick.label !== '');
  const most = Math.max(4, Math.round(trials.length / 10));
  const paths = trials.map((trial, rank) => {
    const points = scales.map((scale, i) => scale.at(trial.values[i] as number));
    const end = trial.value === null ? BOTTOM : y(trial.value);
    const d = [...points, end].map((at, i) => `${i === 0 ? 'M' : 'L'}${round(places[i] as number)} ${round(at)}`);
    const look = rank === 0 ? 'first' : rank < most ? 'near' : 'other';
    return html`<path class="${trial.value === null ? 'none' : look}" d="${d.join('')}"><title>trial ${trial.trial}: ${shownResult(trial.value, trial.status)}</title></path>`;
  });
  const axis = (i: number, name: string, ticks: readonly { readonly at: number; readonly label: string }[]): Html => {
    const x = round(places[i] as number);
    return html`<text class="name" x="${x}" y="20" text-anchor="middle">${name}</text><line class="base" x1="${x}" x2="${x}" y1="${TOP}" y2="${BOTTOM}"/>${ticks.map(
      (tick) => html`<text x="${x + 6}" y="${round(tick.at)}" dy="0.32em">${tick.label}</text>`,
    )}`;
  };
  return html`<svg class="parallel" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="The values of ${trials.length} trials and what came of them">
<g class="lines">${paths.reverse()}</g>
<g class="axis">${parameters.map(({ name }, i) => axis(i, name, scales[i]?.ticks ?? []))}${axis(parameters.length, metric, last)}</g></svg>`;
}
