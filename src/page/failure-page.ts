import { documentOf } from './document.ts';
import { html, quoting } from './html.ts';

/** The page where there is nothing else to show: what went wrong, and what to do. It goes on asking. */
export function failurePage({ code, message, hint }: { code: string; message: string; hint: string }): string {
  return documentOf({
    title: code,
    installation: null,
    standing: 'critical',
    generatedAt: null,
    main: html`<header class="verdict critical">
      <h1><span class="claim critical">${quoting(code)}</span></h1>
      <p class="first">${quoting(message)} ${quoting(hint)}</p>
    </header>`,
  });
}
