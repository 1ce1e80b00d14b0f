/** The variables of the environment; none in a browser. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return typeof process === 'object' && typeof process.env === 'object' ? process.env : {};
}

export function isOffline(option: boolean | undefined, env: ReturnType<typeof environment> = environment()): boolean {
  const value = env['DESCENT_OFFLINE'] ?? '';
  return option ?? (value !== '' && value !== '0' && value !== 'false');
}
