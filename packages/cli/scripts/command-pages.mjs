// Writes docs/commands from the definitions of the commands. Build first (`pnpm build`), then `node packages/cli/scripts/command-pages.mjs`.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandPages } from '../dist/completion/command-pages.js';
import { processIo } from '../dist/io.js';
import { createProgram } from '../dist/program.js';

const folder = fileURLToPath(new URL('../../../docs/commands/', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const old of readdirSync(folder)) rmSync(`${folder}${old}`);
for (const { file, text } of commandPages(createProgram(processIo()))) writeFileSync(`${folder}${file}`, text);
