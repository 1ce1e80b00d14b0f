import { formatMs, formatRatio, formatTable } from '../lib/table.ts';
import type { NetworkResult, NetworkRow } from '../networks/result.ts';

/** What no entry should be above, in terms of the fastest PyTorch. */
const BAR = 1.25;

/** A line for each size: Descent in terms of the fastest PyTorch. */
export function formatScaling(results: readonly NetworkResult[]): string {
  const header = ['network', 'threads', 'descent', 'best PyTorch', 'ratio', 'of minima', 'first step', 'peak', ''];
  const rows = results.map(({ net, mode, engines, reference }) => {
    const find = (name: string | null): NetworkRow | undefined => engines.find((engine) => engine.name === name);
    const [own, best] = [find('descent'), find(reference)];
    const ratio = own?.ratio ?? Number.NaN;
    const cold = own?.firstStepMs ?? null;
    return [
      net,
      String(mode.threads),
      formatMs(own?.median ?? Number.NaN),
      formatMs(best?.median ?? Number.NaN),
      formatRatio(ratio),
      formatRatio(own?.ratioOfMinima ?? Number.NaN),
      cold === null ? '–' : `${(cold / 1000).toFixed(2)} s`,
      own?.peakMiB == null ? '–' : `${Math.round(own.peakMiB)} MiB`,
      engines.find(({ note }) => note.includes('OTHER LOSSES'))?.note ?? (ratio > BAR ? `above ${BAR}` : ''),
    ];
  });
  return `Scaling: Descent in terms of the fastest PyTorch\n${formatTable(header, rows)}`;
}
