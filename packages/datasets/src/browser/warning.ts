/** Says something that is no error: in the console of the page. */
export function warn(message: string, _code: string): void {
  // biome-ignore lint/suspicious/noConsole: a page has no other place for warnings.
  console.warn(`DescentWarning: ${message}`);
}
