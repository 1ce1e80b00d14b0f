// Makes data/iris.csv and data/digits.bin.gz from the copies in scikit-learn 1.2.1, once:
//
//   node packages/datasets/scripts/make-small-tables.mjs <…/sklearn/datasets/data>
//
// Iris: the rows as they are, with names in place of a header of counts and in place of class numbers.
// Digits: 1,797 label bytes, then 64 bytes an image, in the order of the source, gzipped.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: node make-small-tables.mjs <the folder with iris.csv and digits.csv.gz>');
  process.exit(2);
}

/**
 * @param {string} text
 * @returns {string[][]}
 */
function rows(text) {
  return text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
}

/**
 * @param {string} name
 * @param {string | Uint8Array} data
 */
function save(name, data) {
  writeFileSync(new URL(`../data/${name}`, import.meta.url), data);
  console.log(`${name} ${data.length} bytes, sha256 ${createHash('sha256').update(data).digest('hex')}`);
}

const [[, , ...species] = [], ...flowers] = rows(readFileSync(join(folder, 'iris.csv'), 'utf8'));
const iris = flowers.map((row) => [...row.slice(0, 4), species[Number(row[4])]].join(','));
save('iris.csv', `sepal length,sepal width,petal length,petal width,species\n${iris.join('\n')}\n`);

const digits = rows(gunzipSync(readFileSync(join(folder, 'digits.csv.gz'))).toString()).map((row) => row.map(Number));
const bytes = Uint8Array.from([...digits.map((row) => row[64] ?? 255), ...digits.flatMap((row) => row.slice(0, 64))]);
save('digits.bin.gz', gzipSync(bytes, { level: 9, memLevel: 9 }));
