import { addressProblem } from '../state/store.ts';
import { Notice } from '../ui/notice.tsx';
import { texts } from './messages.ts';

/** What is wrong with the address that was opened, until the reader has seen it. */
export function AddressNotice() {
  const problem = addressProblem.value;
  if (problem === null) return null;
  const t = texts();
  const isEngine = problem.path === 'link: backend';
  return (
    <div class="address-notice">
      <Notice
        kind="warn"
        title={isEngine ? t.otherEngine : t.brokenLink}
        actions={
          <button
            type="button"
            class="button"
            onClick={() => {
              addressProblem.value = null;
            }}
          >
            {t.dismiss}
          </button>
        }
      >
        <pre class="small" lang="en">
          {[
            problem.message,
            problem.received && `received: ${problem.received}`,
            problem.expected && `expected: ${problem.expected}`,
          ]
            .filter(Boolean)
            .join('\n')}
        </pre>
      </Notice>
    </div>
  );
}
