import { deflateRawSync } from 'node:zlib';
import type { FileData } from '@descent/cli/config';
import { encodeSafetensors } from '@descent/core';
import { describe, expect, test } from 'vitest';
import { NOTHING_KEPT } from '../src/data/kept-values.ts';
import { filesFor, namedFiles } from '../src/data/own-files.ts';
import { kindOf } from '../src/files/kind.ts';
import { bytesOf, MAX_BYTES, MAX_MEMBERS } from '../src/files/limits.ts';
import { readFile } from '../src/files/read-file.ts';
import { type Files, unzipped, zipOf } from '../src/files/zip.ts';
import { DEFAULT_EXPERIMENT } from '../src/state/experiment.ts';
import { readExperimentText } from '../src/state/read-experiment.ts';
import { codeOf, jsonOf } from '../src/views/build/code.ts';

const text = new TextEncoder();
const all = (): boolean => true;

interface RawMember {
  readonly name: string;
  readonly content: Uint8Array;
  /** What the archive says the size is. */
  readonly says?: number;
}

/** A zip written byte by byte, since no library writes one that lies. */
function rawZip(members: readonly RawMember[]): Uint8Array {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const { name, content, says = content.length } of members) {
    const path = Buffer.from(name);
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(says, 18);
    common.writeUInt16LE(path.length, 22);
    const head = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, tail, path]));
    local.push(head);
    at += head.length;
  }
  const size = central.reduce((sum, one) => sum + one.length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(at, 12);
  return new Uint8Array(Buffer.concat([...local, ...central, Buffer.from('PK\x05\x06'), end]));
}

describe('archives', () => {
  test('give back what was put in, and only what is wanted', async () => {
    const files = new Map([
      ['a/one.txt', text.encode('one'.repeat(1000))],
      ['a/two.bin', Uint8Array.of(1, 2, 3)],
    ]);
    const zip = await zipOf(files);
    expect(await unzipped(zip, 'a.zip', all)).toEqual(files);
    expect([...(await unzipped(zip, 'a.zip', (path) => path.endsWith('.bin'))).keys()]).toEqual(['a/two.bin']);
  });

  test.each(['../run.json', '/etc/run.json', 'a/../../run.json', 'C:\\run.json', 'a\\..\\run.json', 'C:/run.json'])(
    'with the path %s are refused',
    async (name) => {
      const zip = rawZip([{ name, content: text.encode('{}') }]);
      await expect(unzipped(zip, 'bad.zip', all)).rejects.toThrow(/the archive is not opened\n.*the path/);
    },
  );

  test('that unpack to more than they say, or say more than the page takes, are refused before memory is taken', async () => {
    const zeros = new Uint8Array(2 ** 20);
    const bomb = rawZip([{ name: 'run.json', content: zeros, says: 100 }]);
    await expect(unzipped(bomb, 'bomb.zip', all)).rejects.toThrow(/archive/);
    const huge = rawZip([{ name: 'run.json', content: zeros, says: MAX_BYTES + 1 }]);
    await expect(unzipped(huge, 'huge.zip', all)).rejects.toThrow(`at most ${MAX_BYTES} bytes in all`);
  });

  test('that are cut off, empty or of too many files are refused', async () => {
    const zip = rawZip([{ name: 'run.json', content: text.encode('{}') }]);
    await expect(unzipped(zip.subarray(0, 30), 'half.zip', all)).rejects.toThrow('the archive is damaged');
    await expect(readFile(rawZip([]), 'empty.zip')).rejects.toThrow('there is no run in this archive');
    const many = rawZip(
      Array.from({ length: MAX_MEMBERS + 1 }, (_, i) => ({ name: `${i}`, content: new Uint8Array() })),
    );
    await expect(unzipped(many, 'many.zip', all)).rejects.toThrow(`at most ${MAX_MEMBERS} files`);
  });
});

describe('files are known by their content', () => {
  test('whatever their names say', () => {
    const tensors = encodeSafetensors({ w: { dtype: 'float32', shape: [1], data: Float32Array.of(1) } });
    expect(kindOf(tensors)).toBe('safetensors');
    expect(kindOf(text.encode('\ufeff  { "model": [] }'))).toBe('json');
    expect(kindOf(text.encode('<html>'))).toBe(null);
    expect(kindOf(new Uint8Array())).toBe(null);
  });

  /** A config of the command with these data. */
  const page = (data: object): string => JSON.stringify({ model: ['relu'], optimizer: ['sgd', { lr: 0.1 }], data });

  test.each([
    ['page.html', '<html><script>alert(1)</script>', 'no file that the page opens'],
    ['config.json', '{ "model": [', 'the config is not JSON'],
    ['config.json', '{ "modle": [] }', /modle/],
    [
      'config.json',
      '{"model":["relu"],"optimizer":["sgd",{"lr":0.1}],"data":{"name":"cifar10"}}',
      'the page has no such data',
    ],
    [
      'config.json',
      page({ texts: 'a.csv', text: 't', target: 'y', maxLength: 0 }),
      /maxLength: received 0.*at least 1/,
    ],
    ['config.json', page({ series: 'a.csv', target: 'y' }), /length/],
    ['config.json', page({ images: 'a', masks: 'b', width: 8 }), /height/],
    [
      'config.json',
      page({ table: 'a.csv', target: 'y', task: 'guess' }),
      /'classification', 'regression' or 'multi-label'/,
    ],
    ['config.json', '{"extends":"base.json"}', /descent config <file> prints all of it/],
  ])('%s with %s is refused with what is wrong', async (name, content, message) => {
    await expect(readFile(text.encode(content), name)).rejects.toThrow(message);
  });

  test.each([
    [{ texts: 'a.csv', text: 't', target: 'y', maxLength: 9, tokenizer: { file: 'x.json' } }, ['a.csv', 'x.json']],
    [{ csv: 'a.csv', target: 'y', test: 'b.csv' }, ['a.csv', 'b.csv']],
    [{ imdb: 'aclImdb', maxLength: 9 }, ['aclImdb']],
    [{ corpus: 'moby-dick', blockLength: 9 }, []],
    [{ series: 'a.csv', target: 'y', length: 9 }, ['a.csv']],
    [{ table: 'a.csv', target: 'y', task: 'multi-label' }, ['a.csv']],
    [{ images: 'a', masks: 'b', width: 8, height: 8 }, ['a', 'b']],
    [{ images: 'a', boxes: 'b.csv', width: 8, height: 8 }, ['a', 'b.csv']],
    [{ images: 'a', labels: 'b.csv', target: 'y', width: 8, height: 8 }, ['a', 'b.csv']],
    [{ npz: 'a.npz', x: 'x', y: 'y' }, ['a.npz']],
  ])('a config of data in files, %j, is taken and says which', async (data, paths) => {
    const read = await readFile(text.encode(page(data)), 'config.json');
    if (read.kind !== 'experiment' || !('files' in read.experiment.data)) throw new Error('no data in files');
    expect(read.experiment.data.files).toEqual(data);
    expect(namedFiles(read.experiment.data, NOTHING_KEPT).map(({ path }) => path)).toEqual(paths);
    // What leaves the page is the command's config again.
    expect(JSON.parse(jsonOf(read.experiment))).toMatchObject({ data });
    expect(codeOf(read.experiment)).toContain(paths[0] ?? 'moby-dick');
  });

  test('a checkpoint that was changed is refused', async () => {
    const tensors = { 'parameters/w': { dtype: 'float32', shape: [1], data: Float32Array.of(1) } } as const;
    const forged = encodeSafetensors(tensors, { format: 'descent.checkpoint.1', description: '{}', sha256: '0' });
    await expect(readFile(forged, 'x.safetensors')).rejects.toThrow('changed or damaged');
  });

  test('a file that is too large is not read', async () => {
    const file = { name: 'x.zip', size: MAX_BYTES + 1, arrayBuffer: () => Promise.reject(new Error('read')) };
    await expect(bytesOf(file as never)).rejects.toThrow('too large for this page');
  });
});

describe('data of the user’s own in the zip of a run', () => {
  const record = { config: { file: 'config.json' }, settings: { seed: 3, epochs: 4 } };
  const { backend: _, ...rest } = DEFAULT_EXPERIMENT;
  const zipWith = (data: object, more: Record<string, string>): Promise<Uint8Array> =>
    zipOf(
      new Map(
        Object.entries({
          'a-run/run.json': JSON.stringify(record),
          'a-run/config.json': JSON.stringify({ ...rest, data, backend: 'onnx:cpu' }),
          ...more,
        }).map(([path, content]) => [path, text.encode(content)] as const),
      ),
    );
  const TABLE = { csv: './a.csv', target: 'y' };
  const PICTURES = { images: 'pets', width: 8, height: 8, channels: 1 };

  test('are taken from where the config says they lie', async () => {
    const table = await readFile(await zipWith(TABLE, { 'a.csv': 'x,y\n1,2\n', 'b.csv': 'no' }), 'a.zip');
    expect(table).toMatchObject({ data: { kind: 'table', bytes: text.encode('x,y\n1,2\n') } });
    const members = { 'pets/cat/1.png': 'a', 'pets/dog/1.png': 'b', 'pets/dog/.2.png': 'c', 'other/dog/3.png': 'd' };
    const pictures = await readFile(await zipWith(PICTURES, members), 'a.zip');
    expect(pictures).toMatchObject({
      data: { kind: 'pictures', files: { size: 2 } },
      experiment: { seed: 3, epochs: 4 },
    });
    expect(await readFile(await zipWith(TABLE, {}), 'a.zip')).toMatchObject({ data: null });
    expect(await readFile(await zipWith({ name: 'moons' }, { moons: 'x' }), 'a.zip')).toMatchObject({ data: null });
  });

  test('are found for all that data in files name', async () => {
    const masks = { images: 'd/pics', masks: './d/masks', width: 8, height: 8 };
    const members = { 'd/pics/1.png': 'a', 'd/masks/1.png': 'b', 'd/other/1.png': 'c', 'pics/2.png': 'd' };
    const { data } = (await readFile(await zipWith(masks, members), 'a.zip')) as never as { data: { files: Files } };
    expect([...data.files.keys()].sort()).toEqual(['d/masks/1.png', 'd/pics/1.png']);
  });

  test('are left out with the reason where they are more than the page takes', async () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`pets/c${i}/1.png`, 'x']));
    const { data } = (await readFile(await zipWith(PICTURES, many), 'a.zip')) as never as { data: Error };
    expect(data.message).toContain('51 classes');
  });
});

describe('files that a user gives', () => {
  const file = new Blob(['x']);
  const taken = (data: FileData, paths: readonly string[]) =>
    filesFor(
      { files: data },
      paths.map((path) => ({ path, file })),
    ).map(({ path }) => path);

  test('belong to the paths that end in their names', () => {
    const table: FileData = { table: './data/a.csv', target: 'y', task: 'regression', test: 'b.csv' };
    expect(taken(table, ['a.csv', 'c.csv', 'x/b.csv'])).toEqual(['data/a.csv', 'b.csv']);
    expect(taken(table, ['project/data/a.csv'])).toEqual(['data/a.csv']);
    expect(taken(table, ['A.csv', 'aa.csv'])).toEqual([]);
  });

  test('of folders belong to the folder of that name', () => {
    const masks: FileData = { images: 'data/pics', masks: 'data/masks', width: 8, height: 8 };
    const given = ['home/data/pics/1.png', 'pics/deep/2.png', 'masks/1.png', 'other/1.png', 'pics'];
    expect(taken(masks, given)).toEqual(['data/pics/1.png', 'data/pics/deep/2.png', 'data/masks/1.png']);
  });
});

describe('configs of the command', () => {
  test('become experiments, and what the page has no use for is named', async () => {
    const { backend: _, ...rest } = DEFAULT_EXPERIMENT;
    const given = {
      ...rest,
      data: 'mnist-sample',
      backend: { training: 'tfjs:node', inference: 'onnx:cpu' },
      tensorboard: false,
    };
    const { experiment, unused } = await readExperimentText(JSON.stringify(given), 'config.json');
    expect(experiment).toEqual({ ...DEFAULT_EXPERIMENT, backend: 'onnx:wasm' });
    expect(unused).toEqual(['tensorboard']);
  });
});
