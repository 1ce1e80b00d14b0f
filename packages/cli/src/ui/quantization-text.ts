import type { QuantizationReport } from '@descent/backend-onnx';
import type { Output } from '../io.ts';
import { fileSize, table } from './table.ts';
import { printable } from './text.ts';

/** Layers that are listed. */
const MOST = 8;

/** What quantising did, for people. */
export function quantizationText(report: QuantizationReport, { colors }: Output): string {
  const { scheme, size, score, speed, layers, quantized, kept } = report;
  const rows = [
    ['scheme', scheme],
    ['size', `${fileSize(size.before)} → ${fileSize(size.after)}, ${percent(size.after / size.before)}`],
    ...(score === null
      ? []
      : [[NAMES[score.name], `${score.before.toFixed(4)} → ${score.after.toFixed(4)} on ${score.samples} samples`]]),
    ...(speed === null
      ? []
      : [
          [
            'time',
            `${speed.before.toFixed(2)} ms → ${speed.after.toFixed(2)} ms for a batch of ${speed.batch}, ${speed.ratio.toFixed(2)} times as fast`,
          ],
        ]),
    ['layers', `${quantized} quantised, ${kept.length} as before`],
  ];
  const errors = layers.slice(0, MOST).map(({ name, op, error }) => [printable(name, 60), op, percent(error)]);
  const reasons = kept.slice(0, MOST).map(({ name, op, reason }) => [printable(name, 60), op, printable(reason, 80)]);
  return [
    table(rows, ''),
    ...(errors.length > 0 ? [`${colors.bold('errors of layers, the largest first')}\n${table(errors)}`] : []),
    ...(reasons.length > 0 ? [`${colors.bold('as before')}\n${table(reasons)}`] : []),
    '',
  ]
    .join('\n\n')
    .trimEnd();
}

const NAMES = { accuracy: 'accuracy', agreement: 'agreement', r2: 'R²' } as const;

function percent(share: number): string {
  return `${(100 * share).toPrecision(3)} %`;
}
