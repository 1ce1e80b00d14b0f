// What the page asks the server.

/** A refusal of the server, or its silence. */
export class Refusal extends Error {
  /**
   * @param {number} status 0 when nobody answered
   * @param {string} text
   */
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

const KEPT = 'descent-token';

/** The token is kept while the tab is open. It may stand behind # in the address, which browsers send to nobody, and goes from there at once. */
export function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given === null) return;
  sessionStorage.setItem(KEPT, given);
  history.replaceState(null, '', location.pathname + location.search);
}

/** @param {string} token */
export function keepToken(token) {
  sessionStorage.setItem(KEPT, token);
}

/** Whether requests say a token. */
export function hasToken() {
  return sessionStorage.getItem(KEPT) !== null;
}

/**
 * @param {string} path
 * @param {{ readonly type: string, readonly body: BodyInit }} [sent]
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>} the JSON of the answer
 */
export async function ask(path, sent, signal) {
  const token = sessionStorage.getItem(KEPT);
  const headers = {
    ...(token !== null && { Authorization: `Bearer ${token}` }),
    ...(sent !== undefined && { 'Content-Type': sent.type }),
  };
  const response = await fetch(path, {
    headers,
    ...(sent !== undefined && { method: 'POST', body: sent.body }),
    ...(signal !== undefined && { signal }),
  }).catch((error) => {
    if (signal?.aborted) throw error;
    throw new Refusal(0, 'The server does not answer. It may have ended, or start again.');
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw new Refusal(response.status, errorOf(text) ?? `The server answered ${response.status}.`);
}

/** @param {string} text */
function errorOf(text) {
  try {
    const { error } = JSON.parse(text);
    return typeof error === 'string' ? error : null;
  } catch {
    return null;
  }
}
