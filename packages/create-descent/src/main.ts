#!/usr/bin/env node
import { processIo, run } from '@descent/cli/command';

// npm calls it for `npm create descent`.
process.exitCode = await run(['new', ...process.argv.slice(2)], processIo());
