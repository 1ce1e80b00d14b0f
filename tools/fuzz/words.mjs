/** What JSON is made of. */
export const JSON_SIGNS = ['{', '}', '[', ']', '"', ',', ':'];
