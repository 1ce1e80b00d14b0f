import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendDescription } from '@descent/core/backend';
import type { Trial } from '@descent/core/choose';
import { referenceBackend } from '@descent/core/reference';
import { lockFolder } from '@descent/runs';
import { describe, expect, test } from 'vitest';
import { dataSection } from '../src/doctor/data.ts';
import { enginesSection } from '../src/doctor/engines.ts';
import type { Finding, Machine, Section } from '../src/doctor/finding.ts';
import { graphicsSection } from '../src/doctor/graphics.ts';
import { runsSection } from '../src/doctor/runs.ts';
import { showSections } from '../src/doctor/show.ts';
import { type Resources, systemSection } from '../src/doctor/system.ts';
import { capture, descent, folder } from './helpers.ts';

const GIB = 2 ** 30;
const ROOMY: Resources = { node: '22.1.0', processors: 8, memory: { total: 16 * GIB, free: 8 * GIB, heap: 4 * GIB } };

/** A machine with these files of the system, and these programs. */
function machine(
  files: Readonly<Record<string, string>> = {},
  programs: Readonly<Record<string, string>> = {},
  env: Machine['env'] = {},
): Machine {
  return { env, read: (path) => files[path], output: (program, ...words) => programs[[program, ...words].join(' ')] };
}

function finding(section: Section, what: string): Finding {
  const found = section.findings.find((one) => one.what === what);
  if (found === undefined) throw new Error(`${section.title} says nothing of ${what}`);
  return found;
}

describe('the system', () => {
  test.each([
    ['20.18.3', 'problem'],
    ['18.20.0', 'problem'],
    ['20.19.0', 'ok'],
    ['22.0.0', 'ok'],
    ['24.3.1', 'ok'],
    ['23.1.0', 'note'],
  ])('Node %s: %s', (node, state) => {
    const { fix, ...rest } = finding(systemSection(machine(), { ...ROOMY, node }), 'Node');
    expect(rest.state).toBe(state);
    expect(rest.found).toContain(node);
    expect(fix === undefined).toBe(state === 'ok');
  });

  test.each([
    [{ '/sys/fs/cgroup/cpu.max': '150000 100000\n' }, /8, of which the container allows the time of 1\.5/],
    [
      {
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      },
      /the time of 0\.5/,
    ],
  ])('a container with fewer cores is a note: %j', (files, said) => {
    const { state, found, fix } = finding(systemSection(machine(files), ROOMY), 'cores');
    expect(state).toBe('note');
    expect(found).toMatch(said);
    expect(fix).toContain('threads: 1');
  });

  test.each([
    [{ '/sys/fs/cgroup/cpu.max': 'max 100000\n' }],
    [{ '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' }],
    [{ '/sys/fs/cgroup/cpu.max': '1600000 100000' }],
    [{}],
  ])('no limit of cores is none: %j', (files: Readonly<Record<string, string>>) => {
    expect(finding(systemSection(machine(files), ROOMY), 'cores')).toEqual({ what: 'cores', state: 'ok', found: '8' });
  });

  test('memory is what the container allows and the system can free', () => {
    const files = {
      '/sys/fs/cgroup/memory.max': `${2 * GIB}\n`,
      '/proc/meminfo': `MemAvailable: ${(GIB / 1024) * 6} kB\n`,
    };
    const { state, found } = finding(systemSection(machine(files), ROOMY), 'memory');
    expect(state).toBe('ok');
    expect(found).toBe('2.0 GiB in this container, of 16.0 GiB, 2.0 GiB free; JavaScript may use 4.0 GiB');
    const scarce = { '/proc/meminfo': 'MemTotal: 1 kB\nMemAvailable:  512000 kB\n' };
    expect(finding(systemSection(machine(scarce), ROOMY), 'memory')).toMatchObject({
      state: 'note',
      fix: expect.stringContaining('batchSize'),
    });
    // Some systems write a number beyond all memory for "none".
    const none = { '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n' };
    expect(finding(systemSection(machine(none), ROOMY), 'memory').found).toMatch(/^16\.0 GiB, 8\.0 GiB free/);
  });
});

describe('engines', () => {
  const entry = (name: string, packages: readonly string[] = ['@descent/core']): BackendDescription => ({
    name,
    summary: `what ${name} is`,
    packages: { node: packages },
    isLastResort: false,
    note: '',
    open: async () => referenceBackend(),
  });
  const networks = [{ network: 'mlp' as const, msPerStep: 1.23456, losses: [2, 1] }];
  const sectionOf = (trials: readonly Trial[], entries = trials.map(({ name }) => entry(name))): Promise<Section> =>
    enginesSection(
      entries,
      async ([one]) => trials.filter(({ name }) => name === one?.name),
      () => {},
    );

  test('one that trains says how fast, one that breaks is a problem, one that is not there a note with its own advice', async () => {
    const section = await sectionOf([
      { name: 'good', state: 'measured', networks },
      { name: 'bad', state: 'failed', problem: 'it ended the process that measured it (SIGSEGV)' },
      { name: 'gone', state: 'missing', problem: 'does not start', received: 'no library', fix: 'install it' },
    ]);
    expect(finding(section, 'good')).toMatchObject({
      state: 'ok',
      found: expect.stringContaining('mlp 1.23 ms a step'),
    });
    expect(finding(section, 'bad')).toMatchObject({ state: 'problem', found: expect.stringContaining('SIGSEGV') });
    expect(finding(section, 'gone')).toEqual({
      what: 'gone',
      state: 'note',
      found: 'does not start: no library',
      fix: 'install it',
    });
  });

  test('packages that are not installed are named', async () => {
    const trials: readonly Trial[] = [
      { name: 'good', state: 'measured', networks },
      { name: 'away', state: 'missing', problem: 'x' },
    ];
    const section = await sectionOf(trials, [entry('good'), entry('away', ['@descent/core', '@descent/no-such'])]);
    expect(finding(section, 'away').fix).toBe('npm install @descent/no-such');
  });

  test('where none trains but the reference, what is missing is a problem', async () => {
    const section = await sectionOf([
      { name: 'reference', state: 'measured', networks },
      { name: 'gone', state: 'missing', problem: 'x' },
    ]);
    expect(finding(section, 'gone').state).toBe('problem');
  });

  test('what only browsers have is not asked', async () => {
    const page: BackendDescription = { ...entry('page'), packages: { browser: ['x'] } };
    expect((await sectionOf([], [page])).findings).toEqual([]);
  });
});

describe('graphics', () => {
  const SMI = 'nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader';
  const GPU = { [SMI]: 'NVIDIA H200, 580.1, 143771 MiB\n' };
  const LIBRARIES = '\tlibvulkan.so.1 (libc6,x86-64) => /x\n\tlibcudart.so.12 => /x\n\tlibcublasLt.so.12 => /x\n';

  test('a GPU without cuDNN is a problem, and LD_LIBRARY_PATH counts', () => {
    const lacking = machine({}, { ...GPU, 'ldconfig -p': LIBRARIES });
    expect(finding(graphicsSection(lacking, 'linux'), 'CUDA')).toMatchObject({
      state: 'problem',
      found: expect.stringContaining('libcudnn'),
    });
    const programs = { ...GPU, 'ldconfig -p': LIBRARIES, 'ls /opt/cudnn': 'libcudnn.so.9\n' };
    const whole = machine({}, programs, { LD_LIBRARY_PATH: '/nowhere:/opt/cudnn' });
    expect(finding(graphicsSection(whole, 'linux'), 'CUDA').state).toBe('ok');
  });

  test('no GPU needs no CUDA; a driver that does not answer is a problem', () => {
    const none = graphicsSection(machine(), 'linux');
    expect(none.findings.map(({ what }) => what)).not.toContain('CUDA');
    expect(finding(none, 'NVIDIA').state).toBe('ok');
    const silent = graphicsSection(machine({ '/proc/driver/nvidia/version': 'NVRM 580' }), 'linux');
    expect(finding(silent, 'NVIDIA').state).toBe('problem');
  });

  test('Vulkan wants a library and a driver', () => {
    const state = (programs: Readonly<Record<string, string>>, env = {}): Finding =>
      finding(graphicsSection(machine({}, programs, env), 'linux'), 'Vulkan');
    expect(state({})).toMatchObject({ state: 'note', fix: expect.stringContaining('libvulkan1') });
    expect(state({ 'ldconfig -p': LIBRARIES })).toMatchObject({
      state: 'note',
      found: expect.stringContaining('no driver'),
    });
    const icd = { 'ldconfig -p': LIBRARIES, 'ls /usr/share/vulkan/icd.d': 'lvp_icd.x86_64.json\nREADME\n' };
    expect(state(icd)).toMatchObject({ state: 'ok', found: 'drivers: lvp_icd.x86_64.json' });
    expect(state({ 'ldconfig -p': LIBRARIES }, { VK_DRIVER_FILES: '/a/b.json' }).state).toBe('ok');
    expect(graphicsSection(machine(), 'darwin').findings.map(({ what }) => what)).not.toContain('Vulkan');
  });

  test('WebAssembly of this Node has SIMD and threads', () => {
    expect(finding(graphicsSection(machine()), 'WebAssembly')).toMatchObject({ state: 'ok', found: 'SIMD, threads' });
  });
});

describe('data and disks', () => {
  const at = (env: Machine['env'], cwd: string, more: object = {}) =>
    dataSection({ env: { XDG_CACHE_HOME: cwd, ...env }, cwd, cache: cwd, online: false, ...more });

  test('a folder that can be written is made; a file in its place is a problem', async () => {
    const cwd = folder({ taken: 'a file' });
    expect(finding(await at({ DESCENT_DATA_HOME: join(cwd, 'sets') }, cwd), 'data folder')).toMatchObject({
      state: 'ok',
      found: expect.stringContaining('no set yet'),
    });
    expect(finding(await at({ DESCENT_DATA_HOME: join(cwd, 'taken') }, cwd), 'data folder')).toMatchObject({
      state: 'problem',
      fix: expect.stringContaining('DESCENT_DATA_HOME'),
    });
  });

  test('mirrors that answer and those that do not; those of the variable alone when there are any', async () => {
    const cwd = folder();
    const asked: string[] = [];
    const ask = (async (address: string) => {
      asked.push(address);
      if (address.includes('good')) return { status: 404 };
      if (address.includes('ill')) return { status: 503 };
      throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ENOTFOUND' } });
    }) as unknown as typeof fetch;
    const mirrors = 'https://good.example/{set}/{file}, https://bad.example https://ill.example/x';
    const { findings } = await at({ DESCENT_MIRRORS: mirrors }, cwd, { online: true, ask });
    const said = findings.filter(({ what }) => what === 'mirrors');
    expect(asked.map((address) => new URL(address).host).sort()).toEqual([
      'bad.example',
      'good.example',
      'ill.example',
    ]);
    expect(said).toEqual([
      { what: 'mirrors', state: 'ok', found: 'good.example answers' },
      {
        what: 'mirrors',
        state: 'note',
        found: 'no answer from bad.example (ENOTFOUND), ill.example (HTTP 503)',
        fix: 'the others are asked instead',
      },
    ]);
  });

  test('without a network the publishers are named, a few of them', async () => {
    const cwd = folder();
    const ask = (async () => {
      throw Object.assign(new Error('late'), { name: 'TimeoutError' });
    }) as unknown as typeof fetch;
    const { findings } = await at({}, cwd, { online: true, ask });
    const { found, fix } = findings.find(({ what }) => what === 'mirrors') as Finding;
    expect(found).toMatch(/^no answer from \S+ \(silent for 5 s\), .* and \d+ more$/);
    expect(fix).toContain('DESCENT_MIRRORS');
  });

  test('mirrors are those that downloads ask: the publishers where the list says so, and what is no address is told', async () => {
    const cwd = folder();
    const asked: string[] = [];
    const ask = (async (address: string) => {
      asked.push(new URL(address).host);
      return { status: 200 };
    }) as unknown as typeof fetch;
    await at({ DESCENT_MIRRORS: 'https://good.example/{set}/{file} published' }, cwd, { online: true, ask });
    expect(asked).toContain('good.example');
    expect(asked.length).toBeGreaterThan(3);
    const { findings } = await at({ DESCENT_MIRRORS: 'mirror.example' }, cwd, { online: true, ask });
    expect(findings.find(({ what }) => what === 'mirrors')).toMatchObject({
      state: 'problem',
      found: "DESCENT_MIRRORS: 'mirror.example' is no address of a mirror",
    });
  });

  test('disks have a number', async () => {
    const cwd = folder();
    expect((await at({}, cwd)).findings.some(({ what, found }) => what === 'disk' && /\d GiB free/.test(found))).toBe(
      true,
    );
  });
});

describe('runs', () => {
  const CONFIG = JSON.stringify({
    model: [['linear', 2, 2]],
    data: 'moons',
    optimizer: ['sgd', { lr: 0.5 }],
    epochs: 1,
    backend: 'reference',
  });

  test('one that trains, one that was cut off, one that cannot be read', async () => {
    const cwd = folder({ 'a.json': CONFIG });
    for (const name of ['held', 'cut', 'done']) {
      expect((await descent(cwd, 'train', 'a.json', '--out', `runs/${name}`)).code).toBe(0);
    }
    const record = join(cwd, 'runs', 'cut', 'run.json');
    const { readFileSync } = await import('node:fs');
    writeFileSync(record, readFileSync(record, 'utf8').replace('"finished"', '"running"'));
    mkdirSync(join(cwd, 'runs', 'odd'));
    writeFileSync(join(cwd, 'runs', 'odd', 'run.json'), '{');
    const release = await lockFolder(join(cwd, 'runs', 'held'));
    try {
      const { findings } = await runsSection(cwd);
      expect(findings).toEqual([
        { what: 'folder', state: 'ok', found: '4 runs in runs/' },
        {
          what: join('runs', 'cut'),
          state: 'note',
          found: 'was cut off',
          fix: `descent resume ${join('runs', 'cut')}`,
        },
        { what: join('runs', 'held'), state: 'ok', found: expect.stringContaining(`process ${process.pid} on `) },
        expect.objectContaining({ what: join('runs', 'odd'), state: 'problem' }),
      ]);
    } finally {
      await release();
    }
  });

  test('no folder is no run', async () => {
    expect((await runsSection(folder())).findings).toEqual([{ what: 'folder', state: 'ok', found: '0 runs in runs/' }]);
  });
});

test('what is shown fits its columns, has a mark a line, and counts at the end', () => {
  const { output, text } = capture();
  const long = 'word '.repeat(40).trim();
  showSections(
    [
      { title: 'One', findings: [{ what: 'a', state: 'ok', found: 'fine' }] },
      {
        title: 'Two',
        findings: [
          { what: 'longer', state: 'note', found: long, fix: long },
          { what: 'b', state: 'problem', found: 'x' },
        ],
      },
    ],
    output,
  );
  const lines = text().split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text()).toMatch(/^One\n {2}✓ a {7}fine\n\nTwo\n {2}! longer {2}word/);
  expect(text()).toContain('1 problem, 1 note.');
});
