import { UsageError } from '../errors.ts';

/**
 * Reads YAML 1.2, in which `yes` is a text and `1e-3` a number, and looks at nothing in it. Nothing in it is executed, and no tag makes anything but data.
 * @throws UsageError that begins with `name`, with the place, for what is no YAML or more than one document, for a key that is there twice, a tag that says
 * nothing here, and aliases that multiply.
 */
export async function parseYaml(source: string, name: string): Promise<unknown> {
  const { LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(source.replace(/^\ufeff/, ''), {
    schema: 'core',
    prettyErrors: false,
    lineCounter: lines,
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new UsageError('the config is not YAML', {
      path: name,
      received: `${problem.message}: line ${line}, column ${col}`,
      fix: fixOf(problem.code),
      cause: problem,
    });
  }
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new UsageError('the config cannot be taken for data', {
      path: name,
      received: cause instanceof Error ? cause.message : String(cause),
      expected: 'few aliases, each behind its anchor',
      cause,
    });
  }
}

function fixOf(code: string): string | undefined {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'indent with spaces';
    case 'DUPLICATE_KEY':
      return 'leave one of them out';
    case 'MULTIPLE_DOCS':
      return 'write each config into a file of its own';
    case 'TAG_RESOLVE_FAILED':
      return 'leave the tag out: values are what JSON can hold';
    default:
      return undefined;
  }
}

/** A value as YAML that reads as the same value: short lists, such as calls, in one line. */
export async function formatYaml(value: unknown): Promise<string> {
  const { Document, isCollection, isSeq, visit } = await import('yaml');
  const document = new Document(value, { schema: 'core', aliasDuplicateObjects: false });
  visit(document, {
    Collection(_, node, path) {
      const isCall = isSeq(node) && JSON.stringify(node.toJSON()).length <= 100;
      // What is inside of one line must be in one line, too.
      const isInside = path.some((parent) => isCollection(parent) && parent.flow === true);
      if (isCall || isInside) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 120, flowCollectionPadding: true });
}
