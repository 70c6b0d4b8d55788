import { createHash } from 'node:crypto';
import { raw } from 'hono/html';
import type { Standing } from '../core/status/standing.ts';
import { html, type Html } from './html.ts';
import { STYLE } from './style.ts';
import { clockTime } from './times.ts';

const REFRESH_IN_SECONDS = 30;

/** Whole, since its hash is of every blank in it. */
const STYLE_ELEMENT = raw(`<style>${STYLE}</style>`);
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** What a page is sent with: nothing in it runs, loads or submits anything, whatever somebody called a project. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;

const ICON_COLOURS: Readonly<Record<Standing, string>> = {
  good: '2da44e',
  notice: '2da44e',
  warning: 'd29922',
  critical: 'e5484d',
};

export interface Page {
  readonly title: string;
  readonly standing: Standing;
  /** When what it says was true; null where it says nothing that ages. */
  readonly generatedAt: string | null;
  readonly main: Html;
}

/** A whole document, as text. It asks for itself again and again. */
export function documentOf({ title, standing, generatedAt, main }: Page): string {
  const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#${ICON_COLOURS[standing]}"/></svg>`;
  const age =
    generatedAt === null ? null : html`As of <time datetime="${generatedAt}">${clockTime(generatedAt)}</time>. `;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="refresh" content="${REFRESH_IN_SECONDS}" />
        <title>${title}</title>
        <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}" />
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>${main}</main>
        <footer>
          <p>
            ${age}This page asks again every ${REFRESH_IN_SECONDS} s; asked for without <code>Accept: text/html</code>,
            it answers in JSON.
          </p>
        </footer>
      </body>
    </html> `.toString();
}
