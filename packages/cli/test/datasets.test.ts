import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeDatasets } from '@descent/datasets';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { downloadSets } from '../src/datasets/download.ts';
import { showSet } from '../src/datasets/info.ts';
import { listSets } from '../src/datasets/list.ts';
import { InterruptedError } from '../src/errors.ts';
import type { Io } from '../src/io.ts';
import { capture, descent, folder } from './helpers.ts';
import { described, mirror, noise, serving, stalling, unpacked } from './mirror.ts';

const FILES = { 'train-a.bin': noise(70_000), 'train-b.bin': noise(900), 'test-a.bin': noise(2_000) };
const TOY = described('toy', FILES);

function terminal(isTerminal = false, signal = new AbortController().signal) {
  const [out, err] = [capture(isTerminal), capture(isTerminal)];
  const io: Io = { out: out.output, err: err.output, cwd: '/elsewhere', cache: '/elsewhere', signal };
  return { io, out: out.text, err: err.text };
}

describe('descent datasets list', () => {
  test('names every set in lines of at most 80 characters, with or without the word list', async () => {
    const root = folder();
    const { code, out, err } = await descent(root, 'datasets', '--root', '.');
    expect([code, err]).toEqual([0, '']);
    expect((await descent(root, 'datasets', 'list', '--root', '.')).out).toBe(out);
    const lines = out.split('\n');
    for (const { id } of describeDatasets())
      expect(
        lines.filter((line) => line.startsWith(`${id} `)),
        id,
      ).toHaveLength(1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    // From the pages of the publishers.
    expect(out).toMatch(/^emnist +112,800\+18,800 +1×28×28 +47 +562 MB +no +not stated$/m);
    expect(out).toMatch(/^california-housing +16,512\+4,128 +8 +number +442 kB +no +CC BY 4\.0$/m);
    expect(out).toMatch(/^iris +120\+30 +4 +3 +inside +yes +CC BY 4\.0$/m);
  });

  test('says what is there, also of one part', async () => {
    const root = folder();
    const row = async (): Promise<string | undefined> => {
      const { io, out } = terminal();
      await listSets({ root }, io, [TOY]);
      return out().split('\n')[1];
    };
    expect(await row()).toMatch(/ no +CC0-1\.0$/);
    mkdirSync(join(root, 'toy', 'raw'), { recursive: true });
    writeFileSync(join(root, 'toy', 'raw', 'test-a.bin'), FILES['test-a.bin']);
    expect(await row()).toMatch(/ test +CC0-1\.0$/);
    for (const name of ['train-a.bin', 'train-b.bin'] as const)
      writeFileSync(join(root, 'toy', 'raw', name), FILES[name]);
    expect(await row()).toMatch(/ yes +CC0-1\.0$/);
  });

  test('says of files that are nobody’s that they are not the sets by whose names they go', async () => {
    const root = folder();
    for (const part of ['t10k', 'train']) {
      for (const rest of ['images-idx3', 'labels-idx1']) writeFileSync(join(root, `${part}-${rest}-ubyte.gz`), '');
    }
    const { out } = await descent(root, 'datasets', 'list', '--root', '.');
    for (const id of ['mnist', 'fashion-mnist', 'kmnist']) {
      expect(out).toMatch(new RegExp(`^${id} .* other +`, 'm'));
      expect(out).toContain(`${id}: t10k-images-idx3-ubyte.gz is a file with sha256 e3b0c44298fc1c14`);
    }
    expect(out).toMatch(/^qmnist .* no +/m);
    const listed = JSON.parse((await descent(root, 'datasets', 'list', '--root', '.', '--json')).out) as readonly {
      id: string;
      present: object;
      wrong: readonly string[];
    }[];
    const { present, wrong } = listed.find(({ id }) => id === 'mnist') ?? {};
    expect([present, wrong?.length]).toEqual([{ train: false, test: false, checked: null }, 2]);
  });

  test('says of files that only have the right form that they are likely, and no more', async () => {
    const root = folder({
      'cal_housing.data': `${Array(20_640).fill('-122,37,41,880,129,322,126,8.3,452600').join('\n')}\n`,
    });
    const { out } = await descent(root, 'datasets', 'list', '--root', '.');
    expect(out).toMatch(/^california-housing .* likely +/m);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(out).toContain(
      'california-housing: the files have the right sizes, shapes and classes; their hashes are not known',
    );
    const info = await descent(root, 'datasets', 'info', 'california-housing', '--root', '.');
    expect(info.out.replace(/\s+/g, ' ')).toContain('yes, in .; the files have the right sizes');
    const json = JSON.parse((await descent(root, 'datasets', 'list', '--root', '.', '--json')).out) as readonly {
      readonly id: string;
      readonly present: object;
    }[];
    const present = (id: string): object | undefined => json.find((set) => set.id === id)?.present;
    expect(present('california-housing')).toEqual({ train: true, test: true, checked: 'form' });
    expect(present('iris')).toEqual({ train: true, test: true, checked: 'hash' });
  });

  test('of a folder with Fashion-MNIST says that this one is there, and no other', async ({ skip }) => {
    const fashion = process.env['DESCENT_FASHION_MNIST'] ?? '/usr/share/datasets/fashion-mnist';
    skip(
      !existsSync(fashion),
      `no folder ${fashion}: set DESCENT_FASHION_MNIST or install Debian's dataset-fashion-mnist`,
    );
    const { out } = await descent(folder(), 'datasets', 'list', '--root', fashion);
    expect(out).toMatch(/^fashion-mnist .* yes +/m);
    for (const [id, name] of [
      ['mnist', 'train-images-idx3-ubyte.gz'],
      ['kmnist', 't10k-images-idx3-ubyte.gz'],
    ] as const) {
      expect(out).toMatch(new RegExp(`^${id} .* other +`, 'm'));
      const part = name.startsWith('train') ? 'training' : 'test';
      expect(out).toContain(`${id}: ${join(fashion, name)} is Fashion-MNIST's ${part} images`);
    }
  });

  test('--json tells everything as data', async () => {
    const root = folder();
    const { out } = await descent(root, 'datasets', 'list', '--json', '--root', 'data');
    const listed = JSON.parse(out) as readonly { id: string; path: string | null; present: object }[];
    expect(listed.map(({ id }) => id)).toEqual(describeDatasets().map(({ id }) => id));
    expect(listed[0]).toMatchObject({
      id: 'mnist-sample',
      embedded: true,
      path: null,
      present: { train: true, test: true },
    });
    expect(listed[1]).toMatchObject({
      ...describeDatasets()[1],
      path: join(root, 'data', 'MNIST', 'raw'),
      present: { train: false, test: false },
    });
  });
});

describe('descent datasets info', () => {
  test.each(describeDatasets().map(({ id }) => id))('%s', async (id) => {
    const set = describeDatasets().find((known) => known.id === id);
    const { code, out } = await descent(folder(), 'datasets', 'info', id);
    expect(code).toBe(0);
    for (const { name, sha256, urls } of set?.files ?? []) {
      for (const text of [name, `sha256 ${sha256}`, ...(urls ?? [])]) expect(out).toContain(text);
      for (const base of urls === undefined ? (set?.mirrors ?? []) : []) expect(out).toContain(`${base}${name}\n`);
    }
    for (const { name } of set?.splits ?? []) expect(out).toContain(`  ${name} `);
    const flat = out.replace(/\s+/g, ' ');
    expect(flat).toContain(set?.licence);
    expect(flat).toContain(set?.citation);
    expect(out).toContain(set?.embedded ? `data: '${id}'` : `data: { name: '${id}', `);
  });

  test('says where the files are, or would be', async () => {
    const root = folder();
    const info = async (): Promise<string> => {
      const { io, out } = terminal();
      await showSet('toy', { root }, io, [TOY]);
      return out();
    };
    expect(await info()).toContain(`folder    ${join(root, 'toy', 'raw')}\nhere      no; 73 kB to download`);
    for (const [name, bytes] of Object.entries(FILES)) writeFileSync(join(root, name), bytes);
    expect(await info()).toContain(`here      yes, in ${root}, checked by hash\n`);
  });

  test('an unknown name is a usage error with a guess', async () => {
    for (const argv of [['info', 'fashionmnist'], ['download', 'mnist', 'fashionmnist'], ['fashionmnist']]) {
      const { code, err, out } = await descent(folder(), 'datasets', ...argv);
      expect(err).toContain(
        "there is no data set 'fashionmnist'; did you mean 'fashion-mnist'?\n  expected: mnist-sample, mnist",
      );
      expect([code, out]).toEqual([2, '']);
    }
    expect((await descent(folder(), 'datasets', 'donwload')).err).toContain("did you mean 'download'?");
    expect((await descent(folder(), 'datasets', 'iris')).out).toBe(
      (await descent(folder(), 'datasets', 'info', 'iris')).out,
    );
  });

  test('--help has examples', async () => {
    for (const command of ['list', 'info', 'download']) {
      const { code, out } = await descent(folder(), 'datasets', command, '--help');
      expect(code).toBe(0);
      expect(out).toContain(`\nExamples:\n  $ descent datasets`);
    }
  });
});

describe('descent datasets download', () => {
  test('fetches what is missing from the mirror, checks it, and says where it is', async () => {
    const root = folder();
    const server = await mirror(serving(FILES));
    const { io, out, err } = terminal();
    await downloadSets(['toy'], { root, mirror: [server.url] }, io, [TOY]);
    expect(server.requests).toEqual(['/toy/train-a.bin', '/toy/train-b.bin', '/toy/test-a.bin']);
    const at = join(root, 'toy', 'raw');
    for (const [name, bytes] of Object.entries(FILES))
      expect(readFileSync(join(at, name)).equals(bytes), name).toBe(true);
    expect(readdirSync(at).sort()).toEqual(Object.keys(FILES).sort());
    expect(err()).toBe('');
    expect(out().split('\n')).toEqual([
      'TOY (licence: CC0-1.0)',
      `  train-a.bin: 70 kB from ${server.url}/toy/train-a.bin`,
      '  fetched train-a.bin',
      `  train-b.bin: 900 bytes from ${server.url}/toy/train-b.bin`,
      '  fetched train-b.bin',
      `  test-a.bin: 2 kB from ${server.url}/toy/test-a.bin`,
      '  fetched test-a.bin',
      `done: TOY, 3 to train, 2 to test, in ${at}`,
      '',
    ]);

    const again = terminal();
    await downloadSets(['toy'], { root, offline: true }, again.io, [TOY]);
    expect(again.out()).toBe(`there already: TOY, 3 to train, 2 to test, in ${at}\n`);
    expect(server.requests).toHaveLength(3);
  });

  test('--train and --test take one part, --quiet prints nothing', async () => {
    const server = await mirror(serving(FILES));
    const root = folder();
    const { io, out, err } = terminal();
    await downloadSets(['toy'], { root, mirror: [server.url], test: true, quiet: true }, io, [TOY]);
    expect(server.requests).toEqual(['/toy/test-a.bin']);
    expect(out() + err()).toBe('');
    await downloadSets(['toy'], { root, mirror: [server.url], train: true }, io, [TOY]);
    expect(server.requests).toHaveLength(3);
    expect(out()).toContain('done: TOY, 3 to train, in');
  });

  test('draws a bar on a terminal', async () => {
    const server = await mirror(serving(FILES));
    const { io, out } = terminal(true);
    await downloadSets(['toy'], { root: folder(), mirror: [server.url] }, io, [TOY]);
    expect(out()).toMatch(/train-a\.bin +[█░]+ {2}70 kB of 70 kB/);
    expect(out()).not.toContain('70 kB from');
    expect(out()).toContain('  fetched test-a.bin\n');
  });

  test('goes on to the next mirror with a warning', async () => {
    const [bad, good] = [await mirror(serving({})), await mirror(serving(FILES))];
    const { io, err } = terminal();
    await downloadSets(['toy'], { root: folder(), mirror: [bad.url, good.url], test: true }, io, [TOY]);
    expect(err()).toBe(`warning: ${bad.url}/toy/test-a.bin: HTTP 404 (not found); asking the next address\n`);
  });

  test('Ctrl-C keeps what was fetched, and the same command goes on from there', async () => {
    const bytes = FILES['train-a.bin'];
    const server = await mirror((request, response, count) =>
      (count === 1 ? stalling(bytes, 40_000) : serving(FILES))(request, response, count),
    );
    const root = folder();
    const at = join(root, 'toy', 'raw');
    const controller = new AbortController();
    const { io } = terminal(false, controller.signal);
    const stopped = downloadSets(['toy'], { root, mirror: [server.url] }, io, [TOY]).catch((error: unknown) => error);
    const arrived = (): number => {
      const [part] = readdirSync(at).filter((name) => name.endsWith('.part'));
      return part === undefined ? 0 : statSync(join(at, part)).size;
    };
    await vi.waitUntil(() => server.requests.length > 0 && arrived() === 40_000, { timeout: 60_000, interval: 5 });
    controller.abort();
    const error = (await stopped) as InterruptedError;
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error.message).toBe(
      `the download of TOY was stopped; 40 kB of an unfinished file are kept in ${at}\n  fix: the same command goes on from there`,
    );
    const again = terminal();
    await downloadSets(['toy'], { root, mirror: [server.url] }, again.io, [TOY]);
    expect(server.requests[1]).toBe('/toy/train-a.bin bytes=40000-');
    expect(again.out()).toContain('train-a.bin, going on after 40 kB\n');
    expect(readFileSync(join(at, 'train-a.bin')).equals(bytes)).toBe(true);
  });

  test('says that it waits for another process, once', async () => {
    const root = folder();
    const lock = join(root, 'toy', 'raw', 'train-a.bin.lock');
    mkdirSync(dirname(lock), { recursive: true });
    // Of another machine, so that whether the process lives cannot be told.
    writeFileSync(lock, JSON.stringify({ token: 'x', pid: 7, machine: 'elsewhere', host: 'elsewhere' }));
    const controller = new AbortController();
    const { io, out } = terminal(false, controller.signal);
    const stopped = downloadSets(['toy'], { root }, io, [TOY]).catch((error: unknown) => error);
    await vi.waitUntil(() => out().includes('waiting'), { timeout: 60_000 });
    await sleep(500);
    controller.abort();
    expect(await stopped).toBeInstanceOf(InterruptedError);
    expect(out()).toBe('TOY (licence: CC0-1.0)\n  train-a.bin: process 7 on elsewhere is fetching it; waiting\n');
  });

  test('a mirror without the file, or with another, is an error that says what to do', async () => {
    // As long as the real file, and of the wrong content.
    const labels = new Uint8Array(5_148);
    const images = new Uint8Array(4_422_102);
    const server = await mirror(serving({ 't10k-images-idx3-ubyte.gz': images, 't10k-labels-idx1-ubyte.gz': labels }));
    const root = folder();
    const argv = ['datasets', 'download', 'fashion-mnist', '--test', '--root', 'data', '--mirror', server.url];
    const { code, err } = await descent(root, ...argv);
    expect(code).toBe(1);
    const url = `${server.url}/fashion-mnist/t10k-images-idx3-ubyte.gz`;
    expect(err).toContain(`received: ${url}: its sha256 is `);
    expect(err).toContain('expected: 4422102 bytes with sha256 346e55b948d973a9');
    expect(err).toContain(
      'fix: check the network; or name another address with --mirror or DESCENT_MIRRORS; or put the file there by hand',
    );
    expect(readdirSync(join(root, 'data', 'FashionMNIST', 'raw'))).toEqual([]);

    const missing = await descent(
      root,
      ...argv.map((word) => (word === 'fashion-mnist' ? 'kmnist' : word)),
      '--mirror',
      `${server.url}/b`,
    );
    expect(missing.code).toBe(1);
    expect(missing.err).toContain('t10k-images-idx3-ubyte.gz');
    expect(missing.err).toContain(`${server.url}/b/kmnist/t10k-images-idx3-ubyte.gz: `);
  });

  test('DESCENT_MIRRORS, offline mode, embedded sets and splits', async () => {
    const server = await mirror(serving({}));
    vi.stubEnv('DESCENT_MIRRORS', server.url);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const root = folder();
    const { code, err } = await descent(root, 'datasets', 'download', 'emnist', '--root', '.', '--split', 'letters');
    expect(code).toBe(1);
    expect(err).toContain(`${server.url}/emnist/gzip.zip: HTTP 404 (not found)`);
    const offline = await descent(root, 'datasets', 'download', 'mnist', '--root', '.', '--offline');
    expect(offline.code).toBe(1);
    expect(offline.err).toContain('MNIST is not there, and downloads are switched off');
    expect(server.requests).toEqual(['/emnist/gzip.zip']);
    expect(await descent(root, 'datasets', 'download', 'iris', '--root', '.')).toEqual({
      code: 0,
      out: 'Iris ships inside @descent/datasets: nothing to download\n',
      err: '',
    });
    const split = await descent(root, 'datasets', 'download', 'emnist', '--split', 'leters');
    expect(split.err).toContain("emnist has no split 'leters'; did you mean 'letters'?");
    expect(split.code).toBe(2);
    const none = await descent(root, 'datasets', 'download', 'mnist', '--split', 'letters');
    expect(none.err).toContain("mnist has no split 'letters'\n  expected: no split at all");
  });

  test('the files of one split of emnist are enough for it', async () => {
    const root = folder();
    const names = ['train', 'test'].flatMap((part) =>
      ['images-idx3-ubyte', 'labels-idx1-ubyte'].map((rest) => `gzip/emnist-letters-${part}-${rest}.gz`),
    );
    const files = unpacked('.', 'emnist', Object.fromEntries(names.map((name) => [name, new Uint8Array()])));
    for (const [name, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), bytes);
    }
    const letters = await descent(
      root,
      'datasets',
      'download',
      'emnist',
      '--root',
      '.',
      '--split',
      'letters',
      '--offline',
    );
    expect(letters).toEqual({
      code: 0,
      out: 'there already: EMNIST, 124,800 to train, 20,800 to test, in EMNIST/raw/gzip\n',
      err: '',
    });
    expect((await descent(root, 'datasets', 'download', 'emnist', '--root', '.', '--offline')).code).toBe(1);
  });
});
