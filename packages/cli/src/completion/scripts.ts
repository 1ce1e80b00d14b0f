import type { Place, Word } from './words.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

/** A script that completes command lines of `descent` in a shell. Where no word fits, the shell completes names of files. */
export const SCRIPTS: Readonly<Record<Shell, (places: readonly Place[]) => string>> = { bash, zsh, fish };

function bash(places: readonly Place[]): string {
  const words = ({ commands, options }: Place): string => [...commands, ...options].map(({ text }) => text).join(' ');
  return `# Completes descent in bash: source <(descent completion bash)
_descent() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${paths(places).map(quoted).join('|')}) path="$path $word" ;;
    esac
  done
  case "$path" in
${places.map((place) => `    ${quoted(said(place.path))}) words=${quoted(words(place))} ;;`).join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -o default -F _descent descent
`;
}

function zsh(places: readonly Place[]): string {
  // A colon parts a word from what is said of it.
  const described = ({ text, about }: Word): string => quoted(`${text}:${about.replaceAll(':', '\\:')}`);
  const words = ({ commands, options }: Place): string => [...commands, ...options].map(described).join(' ');
  return `#compdef descent
# Completes descent in zsh: source <(descent completion zsh)
_descent() {
  local place="" word
  local -a known
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in
      (${paths(places).map(quoted).join('|')}) place="$place $word" ;;
    esac
  done
  case "$place" in
${places.map((place) => `    (${quoted(said(place.path))}) known=(${words(place)}) ;;`).join('\n')}
  esac
  _describe 'descent' known || _files
}
compdef _descent descent
`;
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, commands, options }) => {
    const inside = path.map((word) => `__fish_seen_subcommand_from ${word}`);
    const none =
      commands.length === 0 ? [] : [`not __fish_seen_subcommand_from ${commands.map(({ text }) => text).join(' ')}`];
    const where = [...inside, ...none].join('; and ');
    const when = where === '' ? '' : ` -n ${quoted(where)}`;
    return [
      ...commands.map(({ text, about }) => `complete -c descent${when} -a ${text} -d ${quoted(about)}`),
      ...options.map(({ text, about }) => `complete -c descent${when} -l ${text.slice(2)} -d ${quoted(about)}`),
    ];
  });
  return `# Completes descent in fish: descent completion fish | source\n${lines.join('\n')}\n`;
}

/** The paths that lead to a command, as the scripts note them. */
function paths(places: readonly Place[]): readonly string[] {
  return places.filter(({ path }) => path.length > 0).map(({ path }) => said(path));
}

function said(path: readonly string[]): string {
  return path.map((word) => ` ${word}`).join('');
}

/** In single quotes, as all three shells read them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
