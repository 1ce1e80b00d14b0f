import { bestEpoch } from './best-epoch.ts';
import type { Evaluation } from './evaluation.ts';
import type { ReportInput } from './input.ts';
import { renderPage } from './page/page.ts';
import type { Section } from './page/table.ts';
import { classSections } from './sections/classes.ts';
import { course } from './sections/course.ts';
import { findings } from './sections/findings.ts';
import { head } from './sections/head.ts';
import { labelSections } from './sections/labels.ts';
import { network } from './sections/network.ts';
import { numberSections } from './sections/numbers.ts';
import { checkpointList, conditions, config, data } from './sections/records.ts';

/**
 * The report of a run as one HTML file that needs nothing else: no script, no network, pictures and style inside. All text of `input` is
 * escaped, and the page forbids the browser to load or run anything.
 */
export function renderReport(input: ReportInput): string {
  const best = bestEpoch(input.history, input);
  const { evaluation } = input;
  const sections: readonly Section[] = [
    findings(input, best),
    course(input, best),
    ...evaluated(evaluation),
    network(input),
    data(input),
    conditions(input),
    config(input),
    checkpointList(input),
  ].filter((section) => section !== null);
  return renderPage({
    title: input.title,
    head: head(input, best, sections),
    sections,
    environment: input.environment,
  });
}

function evaluated(evaluation: Evaluation | undefined): readonly Section[] {
  switch (evaluation?.kind) {
    case 'classes':
      return classSections(evaluation);
    case 'labels':
      return labelSections(evaluation);
    case 'numbers':
      return numberSections(evaluation);
    default:
      return [];
  }
}
