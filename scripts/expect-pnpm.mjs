// Stops `npm pack` and `npm publish`, which would leave `workspace:^` in package.json and ignore publishConfig: nobody could install the result.
// Run by each package as `prepack`.
if (!(process.env['npm_config_user_agent'] ?? '').startsWith('pnpm/')) {
  console.error(
    'npm cannot pack this package: it leaves "workspace:^" as the version of other Descent packages.\n' +
      'fix: use pnpm pack, or pnpm publish',
  );
  process.exit(1);
}
