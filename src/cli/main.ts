#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { run } from './program.ts';
import type { Terminal } from './terminal.ts';

const isInteractive = process.stdout.isTTY && process.stderr.isTTY;

const terminal: Terminal = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isInteractive,
  // NO_COLOR holds as soon as it is there, whatever it says; see https://no-color.org.
  hasColours: process.stdout.isTTY && !process.env['NO_COLOR'],
  columns: process.stdout.columns || 100,
  ask: process.stdin.isTTY ? ask : null,
};

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

process.exitCode = await run(process.argv.slice(2), terminal, process.env);
