import { styleText } from 'node:util';
import Table from 'cli-table3';

/** Where a command writes, and what it may ask. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a person reads along: only then there are colours, progress and questions. */
  readonly isInteractive: boolean;
  readonly hasColours: boolean;
  readonly columns: number;
  /** The answer to a question; null where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | null;
}

type Style = 'red' | 'yellow' | 'green' | 'bold' | 'dim';

const LEVEL_STYLES: Readonly<Record<string, Style>> = { critical: 'red', warning: 'yellow', ok: 'green' };

/** What a command prints with: lines for people, or one JSON document. */
export class Printer {
  readonly terminal: Terminal;
  readonly isJson: boolean;

  constructor(terminal: Terminal, isJson: boolean) {
    this.terminal = terminal;
    this.isJson = isJson;
  }

  line(text = ''): void {
    if (!this.isJson) this.terminal.out(`${text}\n`);
  }

  /** On standard error: what is not the answer. */
  note(text: string): void {
    this.terminal.err(`${text}\n`);
  }

  json(value: object): void {
    if (this.isJson) this.terminal.out(`${JSON.stringify({ schemaVersion: 1, ...value }, null, 2)}\n`);
  }

  style(style: Style, text: string): string {
    return this.terminal.hasColours ? styleText(style, text, { validateStream: false }) : text;
  }

  /** In the colour of a level of status, if it has one. */
  level(level: string, text: string): string {
    const style = LEVEL_STYLES[level];
    return style === undefined ? text : this.style(style, text);
  }

  /** Columns, without lines between them. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    if (rows.length === 0) return;
    const table = new Table({
      head: [...head.map((title) => this.style('bold', title))],
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
      chars: NO_LINES,
    });
    table.push(...rows.map((row) => [...row]));
    for (const line of table.toString().split('\n')) this.line(line.trimEnd());
  }
}

const SIDES = ['', '-mid', '-left', '-right'];
const NO_LINES = Object.fromEntries([
  ...['top', 'bottom'].flatMap((edge) => SIDES.map((side) => [`${edge}${side}`, ''])),
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'].map((name) => [name, '']),
]) as Record<string, string>;
