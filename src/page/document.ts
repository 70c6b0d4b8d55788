import { createHash } from 'node:crypto';
import { raw } from 'hono/html';
import type { StatusReport } from '../core/status/report.ts';
import type { Standing } from '../core/status/standing.ts';
import { html, nameOf, quoting, type Html, type Piece } from './html.ts';
import { REFRESH_IN_SECONDS, REFRESH_SCRIPT } from './refresh.ts';
import { STYLE } from './style.ts';
import { clockTime } from './times.ts';

/** Whole, since the hash is of every blank in it. */
const STYLE_ELEMENT = raw(`<style>${STYLE}</style>`);
const SCRIPT_ELEMENT = raw(`<script>${REFRESH_SCRIPT}</script>`);

/** What a page calls itself that does not know its installation. */
export const PRODUCT = 'Custom Vision replicator';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * What a page is sent with: the one style and the one script of every page, and nothing else runs or loads, whatever
 * somebody called a project. It asks this app alone for itself, and sends what is searched for to nobody else.
 */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src ${hashOf(STYLE)}`,
    `script-src ${hashOf(REFRESH_SCRIPT)}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;

const ICON_COLOURS: Readonly<Record<Standing, string>> = {
  good: '2da44e',
  notice: '4493f8',
  warning: 'd29922',
  critical: 'e5484d',
};

const REFRESHING = html`<span class="scripted">This page asks again every ${REFRESH_IN_SECONDS} s.</span
  ><noscript>Scripts are off here, so it stays as it is: load it again to see what is true by then.</noscript>`;

/** Which installation a page is of; null where the settings don't tell. */
export type Installation = StatusReport['app'];

export interface Page {
  readonly title: string;
  readonly installation: Installation;
  readonly standing: Standing;
  /** When what it says was true; null where it says nothing that ages. */
  readonly generatedAt: string | null;
  readonly main: Html;
}

/** A whole document, as text. Where scripts run it asks for itself again and again; where none do it says when it was made. */
export function documentOf({ title, installation, standing, generatedAt, main }: Page): string {
  const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#${ICON_COLOURS[standing]}"/></svg>`;
  const age =
    generatedAt === null ? null : html`As of <time datetime="${generatedAt}">${clockTime(generatedAt)}</time>.`;
  // What templates are indented by is a quarter of a long page.
  const unindented = raw(main.toString().replace(/\s*\n\s*/g, '\n'));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · ${installation?.title ?? PRODUCT}</title>
        <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}" />
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>${installationLine(installation)} ${unindented}</main>
        <footer>
          <p>
            <span id="as-of">${age}</span> ${REFRESHING} Asked for without <code>Accept: text/html</code>, it answers in
            JSON.
          </p>
        </footer>
        <p id="stale" class="stale" role="status" hidden></p>
        ${SCRIPT_ELEMENT}
      </body>
    </html> `.toString();
}

/** Two open pages look the same but for this. */
function installationLine(installation: Installation): Piece {
  if (installation === null) return null;
  const { title, version, primary, secondary } = installation;
  return html`<p class="installation">
    <b>${nameOf(title)}</b>
    <span
      ><span class="unseen">from</span> ${quoting(primary)} <span aria-hidden="true">→</span>
      <span class="unseen">to</span> ${quoting(secondary)}</span
    >
    <span>version ${version}</span>
  </p>`;
}
