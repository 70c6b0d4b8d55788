import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Printer } from '../terminal.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** A script that completes commands and flags; made from the commands themselves, so that it knows all of them. */
export function printCompletion({ terminal }: Printer, program: Command, shell: Shell): ExitCode {
  const commands = program.commands.map((command) => ({
    name: command.name(),
    about: command.summary(),
    words: [
      ...command.commands.map((sub) => sub.name()),
      ...command.options.map(({ long }) => long).filter((flag) => flag !== undefined),
    ],
  }));
  terminal.out(SCRIPTS[shell](commands));
  return EXIT.ok;
}

interface Completed {
  readonly name: string;
  readonly about: string;
  readonly words: readonly string[];
}

const SCRIPTS: Record<Shell, (commands: readonly Completed[]) => string> = {
  bash: (commands) => `# eval "$(cvr completion bash)"
_cvr() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words
  if [ "$COMP_CWORD" -eq 1 ]; then words="${commands.map(({ name }) => name).join(' ')}"
  else case "\${COMP_WORDS[1]}" in
${commands.map(({ name, words }) => `    ${name}) words="${words.join(' ')}" ;;`).join('\n')}
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _cvr cvr
`,
  zsh: (commands) => `#compdef cvr
# source <(cvr completion zsh)
_cvr() {
  if (( CURRENT == 2 )); then
    local -a commands=(${commands.map(({ name, about }) => quoted(`${name}:${about}`)).join(' ')})
    _describe command commands
  else case "\${words[2]}" in
${commands.map(({ name, words }) => `    ${name}) compadd -- ${words.join(' ')} ;;`).join('\n')}
  esac; fi
}
compdef _cvr cvr
`,
  fish: (commands) => `# cvr completion fish | source
complete -c cvr -f
${commands
  .flatMap(({ name, about, words }) => [
    `complete -c cvr -n __fish_use_subcommand -a ${name} -d ${quoted(about)}`,
    ...words.map((word) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c cvr -n '__fish_seen_subcommand_from ${name}' ${what}`;
    }),
  ])
  .join('\n')}
`,
};

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
