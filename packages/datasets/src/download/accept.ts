import { httpMeaning } from './http.ts';
import type { Origin, PartFile } from './part.ts';
import { type Answer, RequestProblem } from './request.ts';

/** Checks status and headers; returns the length of the whole file where it is known. */
export async function accept(
  answer: Answer,
  url: string,
  part: PartFile,
  known: number | undefined,
): Promise<number | undefined> {
  const { status, headers } = answer;
  if (status === 416 || (status === 206 && rangeStart(headers) !== part.bytes)) {
    await part.reset();
    throw new RequestProblem('it cannot go on where the last try stopped', { retry: true });
  }
  if (status !== 200 && status !== 206) {
    const later = status >= 500 || status === 408 || status === 425 || status === 429;
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    throw new RequestProblem(`HTTP ${status}${httpMeaning(status)}`, {
      retry: later,
      waitMs: seconds >= 0 ? seconds * 1000 : undefined,
    });
  }
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    throw new RequestProblem(`it compresses on the way (${encoding}), which hides the file's own bytes`, {
      retry: false,
    });
  }
  if (/^text\/html/i.test(headers.get('content-type') ?? '')) {
    throw new RequestProblem('it answers with a web page, as a login page of a network does', { retry: false });
  }
  if (status === 200 && part.bytes > 0) await part.reset();
  const length = headers.has('content-length') ? Number(headers.get('content-length')) : undefined;
  const stated = status === 206 ? rangeTotal(headers) : length;
  if (known !== undefined && stated !== undefined && stated !== known) {
    throw new RequestProblem(`its file has ${stated} bytes, not ${known}`, { retry: false });
  }
  await part.setOrigin(originOf(url, headers));
  return known ?? stated;
}

function rangeStart(headers: Headers): number | undefined {
  const match = /^bytes (\d+)-/.exec(headers.get('content-range') ?? '');
  return match === null ? undefined : Number(match[1]);
}

function rangeTotal(headers: Headers): number | undefined {
  const match = /\/(\d+)$/.exec(headers.get('content-range') ?? '');
  return match === null ? undefined : Number(match[1]);
}

/** A weak ETag does not promise equal bytes. */
function originOf(url: string, headers: Headers): Origin | undefined {
  const etag = headers.get('etag');
  const validator = etag !== null && !etag.startsWith('W/') ? etag : headers.get('last-modified');
  return validator === null ? undefined : { url, validator };
}
