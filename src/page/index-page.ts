import { documentOf, PRODUCT, type Installation } from './document.ts';
import { html, type Html } from './html.ts';

interface Route {
  readonly method: 'GET' | 'POST';
  /** As in an address; what stands in braces is to be put in. */
  readonly path: string;
  readonly what: string;
}

/** Every route of the app, in the order in which somebody who comes here for the first time may want them. */
const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/api/status', what: 'how every project is protected, and what needs attention' },
  { method: 'GET', path: '/api/projects/{id}', what: 'one project’s story: its copies, its backups, its history' },
  { method: 'GET', path: '/api/routing', what: 'where clients are to predict' },
  { method: 'GET', path: '/api/history', what: 'what was ever done, by whom and why' },
  { method: 'GET', path: '/api/projects/{id}/history', what: 'the same of one project' },
  { method: 'GET', path: '/api/failover/plan', what: 'what failing over now would do, and lose at most' },
  { method: 'GET', path: '/api/health', what: 'one word: whether the app works at all' },
  { method: 'GET', path: '/api', what: 'this list' },
  { method: 'POST', path: '/api/failover', what: 'send clients to the copies' },
  { method: 'POST', path: '/api/failback', what: 'send clients back to the primary' },
  { method: 'POST', path: '/api/replicate/{id}', what: 'work on one project now, or on all' },
  { method: 'POST', path: '/api/brake/confirm', what: 'say that what was taken for a fault is meant so' },
  {
    method: 'POST',
    path: '/api/replicas/{id}/restore',
    what: 'put an older copy back into use, and freeze its project',
  },
  { method: 'POST', path: '/api/projects/{id}/release', what: 'end that, and let pinned copies go' },
  { method: 'POST', path: '/api/backups/verify', what: 'have every model backup read and hashed' },
];

/** What `GET /api` answers with. */
export const INDEX = { schemaVersion: 1, routes: ROUTES } as const;

/** The same as a page, the whole document. */
export function indexPage(installation: Installation, { isLinked }: { readonly isLinked: boolean }): string {
  const group = (method: Route['method']): Html[] =>
    ROUTES.filter((route) => route.method === method).map((route) => entry(route, isLinked));
  return documentOf({
    title: 'API',
    installation,
    standing: 'good',
    generatedAt: null,
    main: html`<h1>${PRODUCT}</h1>
      <section aria-labelledby="read">
        <h2 id="read">To read</h2>
        <dl class="routes">${group('GET')}</dl>
      </section>
      <section aria-labelledby="do">
        <h2 id="do">To do something</h2>
        <p class="note">Each by <code>POST</code>, with a function key in the header <code>x-functions-key</code>.</p>
        <dl class="routes">${group('POST')}</dl>
      </section>`,
  });
}

function entry({ method, path, what }: Route, isLinked: boolean): Html {
  const isWhole = method === 'GET' && !path.includes('{') && path !== '/api';
  const address = html`<code>${path}</code>`;
  return html`<div>
    <dt>${isLinked && isWhole ? html`<a href="${path}">${address}</a>` : address}</dt>
    <dd>${what}</dd>
  </div> `;
}
