import { useEffect, useState } from 'preact/hooks';
import type { BoardChange, BoardRow } from '../src/board/protocol.ts';

/** What the page knows of the folder. */
export interface Known {
  /** `wait`: nothing was heard yet; `lost`: the program has ended, or cannot be reached. */
  readonly connection: 'wait' | 'live' | 'lost';
  readonly isThere: boolean;
  readonly rows: readonly BoardRow[];
}

/** The runs of the folder, as the server tells of them; a lost connection is taken up again by the browser. */
export function useFeed(): Known {
  const [known, setKnown] = useState<Known>({ connection: 'wait', isThere: true, rows: [] });
  useEffect(() => {
    const source = new EventSource('/events');
    let rows = new Map<number, BoardRow>();
    source.onopen = () => {
      // The server tells everything again, and after a new start under other keys.
      rows = new Map();
    };
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const change = JSON.parse(data) as BoardChange;
      for (const row of change.rows) rows.set(row.key, row);
      for (const key of change.gone) rows.delete(key);
      setKnown({ connection: 'live', isThere: change.isThere, rows: [...rows.values()] });
    };
    source.onerror = () => setKnown((before) => ({ ...before, connection: 'lost' }));
    return () => source.close();
  }, []);
  return known;
}
