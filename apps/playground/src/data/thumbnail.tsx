import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../ui/icon.tsx';
import { changeKept } from './kept.ts';
import type { KeptPicture } from './kept-values.ts';
import { texts } from './messages.ts';

/** A kept picture; a click on its button removes it. */
export function Thumbnail({ picture: { id, name, png } }: { readonly picture: KeptPicture }) {
  const label = texts().removePicture(name);
  return (
    <li class="thumbnail">
      <Picture png={png} name={name} />
      <button
        type="button"
        aria-label={label}
        title={label}
        onClick={() => void changeKept({ remove: { pictures: [id] } })}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}

function Picture({ png, name }: { readonly png: Blob; readonly name: string }) {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(png);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [png]);
  return address === null ? null : <img src={address} alt={name} width={48} height={48} loading="lazy" />;
}
