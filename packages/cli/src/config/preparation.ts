import { DescentError } from '@descent/core';
import {
  parseTablePreparation,
  parseTextPreparation,
  parseWindowPreparation,
  type TablePreparation,
  type TextPreparation,
  type WindowPreparation,
} from '@descent/datasets';

/** How what a user has became what a network takes, by the name that it has in `run.json` and in the metadata of the ONNX file. Of one kind of data there is one. */
export interface Preparation {
  /** How rows of a table became numbers. */
  readonly table?: TablePreparation;
  /** How rows in the order of time became windows. */
  readonly windows?: WindowPreparation;
  /** How texts became tokens. */
  readonly text?: TextPreparation;
}

/** What of an object is a preparation. */
export function preparationOf({ table, windows, text }: Preparation): Preparation {
  return {
    ...(table !== undefined && { table }),
    ...(windows !== undefined && { windows }),
    ...(text !== undefined && { text }),
  };
}

/** What the metadata of a file say of it. Any program may have edited what stands there: what is no preparation is left out. */
export function preparationIn(metadata: Readonly<Record<string, unknown>> = {}): Preparation {
  const table = readable(metadata['table'], parseTablePreparation);
  const windows = readable(metadata['windows'], parseWindowPreparation);
  const text = readable(metadata['text'], parseTextPreparation);
  return {
    ...(table !== undefined && { table }),
    ...(windows !== undefined && { windows }),
    ...(text !== undefined && { text }),
  };
}

function readable<T>(said: unknown, parse: (given: unknown) => T): T | undefined {
  if (said === undefined) return undefined;
  try {
    return parse(said);
  } catch (error) {
    if (error instanceof DescentError) return undefined;
    throw error;
  }
}
