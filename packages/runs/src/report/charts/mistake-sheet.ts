import type { ClassEvaluation, Mistake } from '../evaluation.ts';
import { count, percent, shortened } from '../page/format.ts';
import { type Html, html, render } from '../page/html.ts';
import { loadSharp } from '../picture.ts';

const SIDE = 96;
const GAP = 16;
const CAPTION = 38;
const COLUMNS = 6;
const TOP = 58;

/** The mistakes of an evaluation as one SVG that needs nothing else: each picture with its true class, what it was taken for, and how sure the network was. */
export function mistakeSheet(evaluation: ClassEvaluation, { title }: { readonly title: string }): string {
  const { mistakes, samples, confusion } = evaluation;
  const wrong = samples - confusion.reduce((right, row, c) => right + (row[c] as number), 0);
  const columns = Math.min(COLUMNS, Math.max(3, mistakes.length));
  const rows = Math.ceil(mistakes.length / columns);
  const [width, height] = [GAP + columns * (SIDE + GAP), TOP + rows * (SIDE + CAPTION + GAP) + GAP];
  return render(html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-sans-serif, system-ui, Helvetica, Arial, sans-serif" fill="#1b1c1f">
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text x="${GAP}" y="24" font-size="15" font-weight="600">${shortened(title, Math.floor(width / 9))}</text>
<text x="${GAP}" y="43" font-size="12" fill="#63666e">${subtitle(mistakes.length, wrong, samples)}</text>
${mistakes.map((mistake, i) => {
  const [x, y] = [GAP + (i % columns) * (SIDE + GAP), TOP + Math.floor(i / columns) * (SIDE + CAPTION + GAP)];
  return html`<g transform="translate(${x} ${y})">${one(mistake, evaluation.classes)}</g>`;
})}
</svg>
`);
}

function subtitle(shown: number, wrong: number, samples: number): string {
  if (wrong === 0) return `all ${count(samples)} samples are right`;
  const which =
    shown < wrong ? `the ${count(shown)} most confident of ${count(wrong)} mistakes` : `all ${count(wrong)} mistakes`;
  return `${which} on ${count(samples)} samples`;
}

function one({ index, label, predicted, probability, image }: Mistake, classes: readonly string[]): Html {
  const name = (c: number): string => shortened(classes[c] ?? String(c), 14);
  const frame = html`<rect width="${SIDE}" height="${SIDE}" fill="#f3f3f0"/>`;
  const picture =
    image === null
      ? html`<text x="${SIDE / 2}" y="${SIDE / 2}" font-size="12" text-anchor="middle" fill="#63666e">sample ${count(index)}</text>`
      : html`<image width="${SIDE}" height="${SIDE}" style="image-rendering: pixelated" href="${image}"/>`;
  return html`<title>sample ${index}: ${classes[label]}, taken for ${classes[predicted]}</title>${frame}${picture}
<text y="${SIDE + 15}" font-size="12"><tspan font-weight="600">${name(label)}</tspan>, not ${name(predicted)}</text>
<text y="${SIDE + 30}" font-size="11" fill="#63666e">${percent(probability, 1)} sure</text>`;
}

/** An SVG as the bytes of a PNG, with two pixels for each of its units. Throws a `DescentError` where the image library is not there. */
export async function pngOfSvg(svg: string): Promise<Uint8Array> {
  const sharp = await loadSharp();
  return sharp(Buffer.from(svg), { density: 144 }).png().toBuffer();
}
