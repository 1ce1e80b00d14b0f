import type { JSX } from 'preact';
import { texts } from './messages.ts';
import type { Player } from './use-player.ts';

interface PlayerBarProps {
  readonly player: Player;
  readonly count: number;
  /** Where the player is, in words. */
  readonly label: string;
}

export function PlayerBar({ player, count, label }: PlayerBarProps) {
  const t = texts();
  const { at, playing } = player;
  return (
    <div class="row player">
      <IconButton label={t.reset} disabled={at === 0} onClick={() => player.go(0)}>
        <path d="M5 5h2.4v14H5zM19 5v14L8.5 12z" />
      </IconButton>
      <IconButton label={t.back} disabled={at === 0} onClick={() => player.go(at - 1)}>
        <path d="M15.5 5v14L5 12z" />
      </IconButton>
      <button type="button" class="button primary" onClick={player.toggle}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d={playing ? 'M6 5h4v14H6zM14 5h4v14h-4z' : 'M7 4.5v15L19.5 12z'} />
        </svg>
        {playing ? t.pause : t.play}
      </button>
      <IconButton label={t.forward} disabled={at >= count - 1} onClick={() => player.go(at + 1)}>
        <path d="M8.5 5v14L19 12z" />
      </IconButton>
      <label class="player-place">
        <span class="visually-hidden">{t.position}</span>
        <input
          type="range"
          min={0}
          max={count - 1}
          value={at}
          aria-valuetext={label}
          onInput={({ currentTarget }) => player.go(Number(currentTarget.value))}
        />
      </label>
      <span class="small soft">{label}</span>
    </div>
  );
}

interface IconButtonProps {
  readonly label: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
  readonly children: JSX.Element;
}

function IconButton({ label, disabled, onClick, children }: IconButtonProps) {
  return (
    <button type="button" class="button" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {children}
      </svg>
    </button>
  );
}
