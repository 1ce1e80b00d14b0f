import { DescentError } from '@descent/core';
import type { Command } from 'commander';
import type { Section } from '../doctor/finding.ts';
import { type Io, print } from '../io.ts';
import { examples } from '../options.ts';
import { version } from '../version.ts';

interface DoctorOptions {
  readonly offline?: boolean;
  readonly json?: boolean;
}

export function addDoctor(program: Command, io: Io): void {
  program
    .command('doctor')
    .summary('look at this machine: what works, what is missing, and what mends it')
    .description(
      'Looks at Node, cores, memory and limits of the container, at every engine (each trains two small networks for a moment, in a process of its own),\nat graphics devices, CUDA and Vulkan, WebAssembly, the data folder, mirrors, disks and the runs in runs/. Changes nothing.',
    )
    .option('--offline', 'ask no server')
    .option('--json', 'print JSON: a list of sections with their findings')
    .addHelpText(
      'after',
      `${examples('descent doctor', 'descent doctor --offline', 'descent doctor --json > doctor.json')}
Exit codes: 0 when nothing is wrong, 1 when there is a problem. A note is no problem.`,
    )
    .action((options: DoctorOptions) => doctor(options, io));
}

async function doctor({ offline = false, json = false }: DoctorOptions, io: Io): Promise<void> {
  const { examine } = await import('../doctor/examine.ts');
  const sections = await examine({ online: !offline }, io);
  if (json) print(io.out, JSON.stringify({ descent: version(), sections }, null, 2));
  else {
    const { showSections } = await import('../doctor/show.ts');
    showSections(sections, io.out);
  }
  const problems = problemsOf(sections);
  if (problems.length === 0) return;
  throw new DescentError(`the doctor found ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}`, {
    received: problems.join(', '),
    fix: 'do what stands below each ✗; what you do not want to use may stay as it is',
  });
}

function problemsOf(sections: readonly Section[]): readonly string[] {
  return sections.flatMap(({ findings }) =>
    findings.filter(({ state }) => state === 'problem').map(({ what }) => what),
  );
}
