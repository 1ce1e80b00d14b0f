import { useEffect, useRef, useState } from 'preact/hooks';

/** Between two questions: what trains may change faster than anybody can look. */
const PAUSE_MS = 400;

/** The latest answer to an address; null before there is one. One question at a time is asked, and while the address is the same the old answer stays. `revision` asks again. */
export function useAsked<T>(address: string | null, revision: string): T | null {
  const [answer, setAnswer] = useState<{ readonly address: string; readonly value: T } | null>(null);
  const wanted = useRef({ address, revision });
  const isAsking = useRef(false);
  wanted.current = { address, revision };
  useEffect(() => {
    if (isAsking.current) return;
    isAsking.current = true;
    void (async () => {
      let asked = '';
      for (;;) {
        const now = wanted.current;
        const question = JSON.stringify(now);
        if (question === asked || now.address === null) break;
        asked = question;
        try {
          const response = await fetch(now.address);
          if (response.ok) setAnswer({ address: now.address, value: (await response.json()) as T });
        } catch {
          // The connection says that it is lost, and what comes after it asks again.
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
      isAsking.current = false;
    })();
  }, [address, revision]);
  return address === null ? null : (answer?.value ?? null);
}
