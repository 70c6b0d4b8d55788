import type { Printer } from './terminal.ts';

/** One line on standard error that is written over again and again; nothing where nobody reads along. */
export class Progress {
  readonly #printer: Printer;
  #shown = '';

  constructor(printer: Printer) {
    this.#printer = printer;
  }

  show(text: string): void {
    const { isInteractive, columns, err } = this.#printer.terminal;
    if (!isInteractive || text === this.#shown) return;
    this.#shown = text;
    err(`\r\u001B[2K${text.slice(0, Math.max(20, columns - 1))}`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown !== '') this.#printer.terminal.err('\r\u001B[2K');
    this.#shown = '';
  }
}
