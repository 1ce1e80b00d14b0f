// Regenerates src/tf-graph/proto/tensorflow-pb.ts from src/tf-graph/proto/tensorflow.proto.
// Run with Node 22 or later (the generator needs it): node packages/backend-tfjs/scripts/generate-proto.mjs
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUF = '@bufbuild/buf@1.73.0';
const GENERATOR = '@bufbuild/protoc-gen-es@2.17.0';

if (Number(process.versions.node.split('.')[0]) < 22) {
  console.error(
    `protoc-gen-es needs Node 22 or later, this is ${process.version}.\nTry: npx -p node@22 node ${process.argv[1]}`,
  );
  process.exit(1);
}

const proto = fileURLToPath(new URL('../src/tf-graph/proto/', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'tensorflow-proto-'));
try {
  copyFileSync(join(proto, 'tensorflow.proto'), join(work, 'tensorflow.proto'));
  const template = {
    version: 'v2',
    plugins: [{ local: 'protoc-gen-es', out: '.', opt: ['target=ts', 'import_extension=ts', 'erasable_syntax=true'] }],
  };
  writeFileSync(join(work, 'buf.gen.yaml'), JSON.stringify(template));
  writeFileSync(join(work, 'buf.yaml'), JSON.stringify({ version: 'v2' }));
  execFileSync('npx', ['--yes', '-p', BUF, '-p', GENERATOR, '-p', 'typescript@5', 'buf', 'generate'], {
    cwd: work,
    stdio: 'inherit',
  });
  const generated = readFileSync(join(work, 'tensorflow_pb.ts'), 'utf8');
  const header =
    '// biome-ignore-all lint: generated code.\n// biome-ignore-all format: generated code.\n// biome-ignore-all assist: generated code.\n';
  writeFileSync(join(proto, 'tensorflow-pb.ts'), header + generated);
} finally {
  rmSync(work, { recursive: true, force: true });
}
