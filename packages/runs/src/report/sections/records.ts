import type { Environment } from '../environment.ts';
import type { ReportDataset, ReportInput } from '../input.ts';
import { bytes, count, words } from '../page/format.ts';
import { type Content, html } from '../page/html.ts';
import { facts, type Section, table } from '../page/table.ts';

/** The data sets, with what proves that they are the same. */
export function data({ datasets = [] }: ReportInput): Section | null {
  if (datasets.length === 0) return null;
  // Of files of one's own nothing is known, which is no news.
  const isLicensed = datasets.some(({ licence }) => licence !== 'unknown');
  return {
    id: 'data',
    title: 'Data',
    content: html`<div class="card stacked">${table(
      'Data sets',
      [
        { name: 'used for' },
        { name: 'name' },
        { name: 'items', align: 'number' },
        { name: 'one item', align: 'tight' },
        ...(isLicensed ? [{ name: 'licence', align: 'wide' as const }] : []),
        { name: 'source', align: 'wide' },
        { name: 'SHA-256 of the data', align: 'wide' },
      ],
      datasets.map((set) => [
        set.role,
        set.name,
        count(set.items),
        set.item ?? '',
        ...(isLicensed ? [set.licence] : []),
        source(set),
        html`<code class="hash">${set.sha256}</code>`,
      ]),
    )}</div>`,
  };
}

/** A link for web addresses and nothing else: any other scheme stays text. */
function source({ source: text }: ReportDataset): Content {
  return /^https?:\/\/[^\s]+$/i.test(text) ? html`<a href="${text}" rel="noopener noreferrer">${text}</a>` : text;
}

/** The config as written. */
export function config({ config: given }: ReportInput): Section | null {
  if (given === undefined) return null;
  return {
    id: 'config',
    title: 'Config',
    note: given.file,
    content: html`<div class="card"><pre tabindex="0"><code>${given.text}</code></pre></div>`,
  };
}

/** Settings, machine and versions: what is needed to do it again. */
export function conditions({ settings = {}, environment, backend, seed, started }: ReportInput): Section {
  const { node, os, cpu, memory, packages } = environment;
  return {
    id: 'conditions',
    title: 'Conditions',
    content: html`<div class="grid"><div class="card"><h3>Run</h3>${facts([
      ['backend', backend?.name],
      ['backend in words', backend?.description],
      ['seed', seed === undefined ? null : String(seed)],
      ...Object.entries(settings).map(([name, value]) => [words(name), String(value)] as const),
      ['started', started],
    ])}</div><div class="card"><h3>Machine and versions</h3>${facts([
      ['Node', node],
      ['system', os],
      ['processor', `${cpu.model}, ${count(cpu.cores)} ${cpu.cores === 1 ? 'core' : 'cores'}`],
      ['memory', bytes(memory)],
      ...packageRows(packages),
    ])}</div></div>`,
  };
}

/** The versions of the packages; those of one version are one row. */
function packageRows(packages: Environment['packages']): readonly (readonly [string, string])[] {
  const names = Object.keys(packages);
  const versions = new Set(Object.values(packages));
  const [version] = versions;
  if (names.length < 3 || versions.size !== 1 || version === undefined) return Object.entries(packages);
  return [['Descent', `${version} (${names.map((name) => name.replace(/^@descent\//, '')).join(', ')})`]];
}

/** Which states of the training are kept. */
export function checkpointList({ checkpoints = [] }: ReportInput): Section | null {
  if (checkpoints.length === 0) return null;
  const knowsEpochs = checkpoints.some(({ epochs }) => epochs !== undefined);
  return {
    id: 'checkpoints',
    title: 'Checkpoints',
    content: html`<div class="card stacked">${table(
      'Checkpoints',
      [
        { name: 'file', align: 'tight' },
        { name: 'updates', align: 'number' },
        ...(knowsEpochs ? [{ name: 'epochs done', align: 'number' as const }] : []),
        { name: 'size', align: 'number' },
      ],
      checkpoints.map(({ file, step, epochs, bytes: size }) => [
        html`<code>${file}</code>`,
        count(step),
        ...(knowsEpochs ? [epochs === undefined ? '' : count(epochs)] : []),
        size === undefined ? '' : bytes(size),
      ]),
    )}</div>`,
  };
}
