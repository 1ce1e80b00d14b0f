import { type Output, print } from '../io.ts';
import { counted } from '../ui/count.ts';
import { columnsOf, wrapped } from '../ui/text.ts';
import type { Finding, Section } from './finding.ts';

const MARKS: Readonly<Record<Finding['state'], string>> = { ok: '✓', note: '!', problem: '✗' };

/** Prints sections one below the other: a mark, what was looked at, what was found, and below it what mends it. */
export function showSections(sections: readonly Section[], out: Output): void {
  const width = Math.max(...sections.flatMap(({ findings }) => findings.map(({ what }) => what.length)));
  for (const { title, findings } of sections) {
    print(out, out.colors.bold(title));
    for (const finding of findings) showFinding(finding, width, out);
    print(out);
  }
  print(out, verdict(sections, out));
}

function showFinding({ what, state, found, fix }: Finding, width: number, out: Output): void {
  const { green, yellow, red, dim } = out.colors;
  const color = { ok: green, note: yellow, problem: red }[state];
  const indent = width + 6;
  const room = columnsOf(out) - indent;
  print(out, `  ${color(MARKS[state])} ${what.padEnd(width)}  ${wrapped(found, room, indent)}`);
  if (fix !== undefined) print(out, `${' '.repeat(indent)}${dim(wrapped(`→ ${fix}`, room, indent + 2))}`);
}

function verdict(sections: readonly Section[], { colors }: Output): string {
  const all = sections.flatMap(({ findings }) => findings);
  const count = (state: Finding['state']): number => all.filter((finding) => finding.state === state).length;
  const [problems, notes] = [count('problem'), count('note')];
  const said = notes === 0 ? '' : `, ${counted(notes, 'note')}`;
  if (problems === 0) return colors.green(`Nothing is wrong${said}.`);
  return colors.red(`${counted(problems, 'problem')}${said}.`);
}
