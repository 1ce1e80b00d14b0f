import type { BackendDescription } from '@descent/core/backend';
import type { Measure, NetworkTrial, Trial } from '@descent/core/choose';
import { peerVersions } from '../auto/key.ts';
import type { Finding, Section } from './finding.ts';

/** So long a backend may take to train two small networks for a moment. */
const PATIENCE_MS = 60_000;

/** Each backend that Node can have: what it trains two small networks with, or why it does not, with the versions of its packages. */
export async function enginesSection(
  entries: readonly BackendDescription[],
  measure: Measure,
  say: (name: string) => void,
): Promise<Section> {
  const candidates = entries.filter(({ packages }) => packages.node !== undefined);
  const versions = peerVersions(candidates);
  const findings: Finding[] = [];
  for (const entry of candidates) {
    say(entry.name);
    // One at a time: what it takes of the machine would be taken from the others.
    const [trial] = await measure([entry], PATIENCE_MS);
    findings.push(findingOf(entry, trial as Trial, versions));
  }
  return { title: 'Engines, each trained for a moment', findings: expectOne(findings) };
}

function findingOf(
  entry: BackendDescription,
  trial: Trial,
  versions: Readonly<Record<string, string | null>>,
): Finding {
  const { name, summary, packages } = entry;
  const [own, ...needed] = packages.node ?? [];
  const there = needed.flatMap((peer) => (versions[peer] == null ? [] : `${peer} ${versions[peer]}`)).join(', ');
  const of = there === '' ? '' : ` (${there})`;
  if (trial.state === 'measured') return { what: name, state: 'ok', found: `${speeds(trial.networks)}${of}` };
  if (trial.state === 'failed') {
    return {
      what: name,
      state: 'problem',
      found: `starts, then fails: ${trial.problem}${of}`,
      fix: 'please report this, with what descent doctor --json prints',
    };
  }
  const absent = [own, ...needed].filter((peer): peer is string => peer !== undefined && versions[peer] === null);
  if (absent.length > 0) {
    return {
      what: name,
      state: 'note',
      found: `${summary}: not installed`,
      fix: `npm install ${absent.join(' ')}`,
    };
  }
  const { problem, received, fix } = trial;
  const found = received === undefined ? problem : `${problem}: ${received}`;
  return { what: name, state: 'note', found: `${found}${of}`, ...(fix !== undefined && { fix }) };
}

function speeds(networks: readonly NetworkTrial[]): string {
  const times = networks.map(({ network, msPerStep }) => `${network} ${Number(msPerStep.toPrecision(3))} ms a step`);
  return `trains: ${times.join(', ')}`;
}

/** Without any backend that trains, what is missing is no choice but a problem. The reference interpreter is too slow to count. */
function expectOne(findings: readonly Finding[]): readonly Finding[] {
  if (findings.some(({ what, state }) => state === 'ok' && what !== 'reference')) return findings;
  return findings.map((finding) => (finding.state === 'note' ? { ...finding, state: 'problem' } : finding));
}
