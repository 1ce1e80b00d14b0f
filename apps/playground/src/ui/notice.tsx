import type { ComponentChildren } from 'preact';
import { language } from '../i18n/language.ts';
import { inChinese } from '../session/problems-in-chinese.ts';
import type { Problem } from '../session/protocol.ts';
import { texts } from './messages.ts';

export interface NoticeProps {
  /** Default `info`. */
  readonly kind?: 'info' | 'warn' | 'wrong';
  readonly title?: string;
  readonly children?: ComponentChildren;
  /** Buttons. */
  readonly actions?: ComponentChildren;
}

/** Something to know. What is wrong is read out at once, the rest when there is a pause. */
export function Notice({ kind = 'info', title, children, actions }: NoticeProps) {
  return (
    <div class={`notice ${kind} stack-small`} role={kind === 'wrong' ? 'alert' : 'status'}>
      {title === undefined ? null : <p class="notice-title">{title}</p>}
      {children}
      {actions === undefined ? null : <div class="row">{actions}</div>}
    </div>
  );
}

/** An error, part by part: what happened and where, what was received, what was expected, how to fix it. */
export function ProblemNotice({
  problem: given,
  actions,
}: {
  readonly problem: Problem;
  readonly actions?: ComponentChildren;
}) {
  const t = texts();
  const problem = language.value === 'zh' ? inChinese(given) : given;
  const parts = [
    [t.received, problem.received],
    [t.expected, problem.expected],
    [t.fix, problem.fix],
  ] as const;
  const said = parts.filter(([, text]) => text !== undefined && text !== '');
  return (
    <Notice kind="wrong" actions={actions}>
      <p class="notice-title">
        {problem.path === undefined ? null : <code>{problem.path}</code>} {problem.message}
      </p>
      {said.length === 0 ? null : (
        <dl class="problem-parts">
          {said.map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
    </Notice>
  );
}
