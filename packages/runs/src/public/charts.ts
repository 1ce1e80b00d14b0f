export {
  type LineChart,
  lineChart,
  type Mark,
  type Places,
  placesOf,
  type Series,
} from '../report/charts/line-chart.ts';
export type { Point } from '../report/charts/thin.ts';
export { bytes, count, decimal, duration } from '../report/page/format.ts';
export { type Content, type Html, html, render } from '../report/page/html.ts';
export { STYLE, TONES } from '../report/page/style.ts';
