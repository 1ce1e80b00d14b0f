import { Icon } from '../../../ui/icon.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
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
      <IconButton icon="first" label={t.reset} disabled={at === 0} onClick={() => player.go(0)} />
      <IconButton icon="left" label={t.back} disabled={at === 0} onClick={() => player.go(at - 1)} />
      <button type="button" class="button primary" onClick={player.toggle}>
        <Icon name={playing ? 'pause' : 'play'} />
        {playing ? t.pause : t.play}
      </button>
      <IconButton icon="right" label={t.forward} disabled={at >= count - 1} onClick={() => player.go(at + 1)} />
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
