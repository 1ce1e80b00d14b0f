import type { BestEpoch } from '../best-epoch.ts';
import type { ReportInput } from '../input.ts';
import { type Html, html } from '../page/html.ts';
import type { Section } from '../page/table.ts';
import { type Check, checksOf, mayTrainOn, stepsOf } from '../trust.ts';

/** Whether the run can be trusted, and what to do next. Findings of one kind are one entry. */
export function findings(input: ReportInput, best: BestEpoch | null): Section {
  const steps = stepsOf(input, best);
  const commands = (input.next ?? []).filter(({ trainsOn }) => trainsOn !== true || mayTrainOn(input, best));
  const next =
    steps.length + commands.length === 0
      ? null
      : html`<div class="card"><h3>What to do next</h3>${
          steps.length === 0
            ? null
            : html`<ul class="steps">${steps.map(({ name, said }) => html`<li><b>${name}</b><p>${said.join(' ')}</p></li>`)}</ul>`
        }${commands.length === 0 ? null : html`<dl class="commands">${commands.map(({ what, command }) => html`<dt>${what}</dt><dd><code>${command}</code></dd>`)}</dl>`}</div>`;
  return {
    id: 'findings',
    title: 'Findings',
    content: html`<div class="verdict"><div class="card"><h3>Whether to trust it</h3><ul class="checks">${checksOf(input).map(checkEntry)}</ul></div>${next}</div>`,
  };
}

/** What the sign in front means, for those who do not see it. */
const MEANING = { good: 'good', warn: 'careful', note: 'to know' } as const;

/** One thing to know, in a list of class `checks`. */
export function checkEntry({ tone, name, said }: Check): Html {
  return html`<li class="is-${tone}"><svg viewBox="0 0 16 16" width="16" height="16" role="img" aria-label="${MEANING[tone]}">${sign(tone)}</svg><div><b>${name}</b><p>${said.join(' ')}</p></div></li>`;
}

function sign(tone: Check['tone']): Html {
  if (tone === 'good') return html`<circle cx="8" cy="8" r="8"/><path d="M4.5 8.3l2.4 2.4 4.6-5"/>`;
  if (tone === 'warn') return html`<path class="shape" d="M8 .8l7.6 13.7H.4z"/><path d="M8 6v4M8 12.1v.2"/>`;
  return html`<circle cx="8" cy="8" r="8"/><path d="M8 7.2v4.3M8 4.4v.2"/>`;
}
