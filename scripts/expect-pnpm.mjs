// Stops `npm pack` and `npm publish`, which would leave `workspace:^` in package.json and ignore publishConfig: nobody could install the result.
// Run by each package as `prepack`. Who runs it is seen by npm_execpath: the user agent is inherited when npm is called from a script of pnpm.
if (/(?:npm-cli|yarn)[^/\\]*$/.test(process.env['npm_execpath'] ?? '')) {
  console.error(
    'npm cannot pack this package: it leaves "workspace:^" as the version of other Descent packages.\n' +
      'fix: use pnpm pack, or pnpm publish',
  );
  process.exit(1);
}
