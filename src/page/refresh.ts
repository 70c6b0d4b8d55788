/** How often a page asks for itself again. */
export const REFRESH_IN_SECONDS = 30;

/** So old a page says of itself how old it is: it was asked for twice and more since, and did not come. */
const STALE_IN_SECONDS = 75;

/**
 * What keeps an open page true, for those whose browser runs scripts. It asks for the page again and puts what is new in
 * the place of what is old, so that nothing scrolls away; it waits while nobody looks, and while somebody has marked text or
 * stands on a link or in a field. Where no answer comes the page says so, over what it shows: an old page must not look
 * like a new one. It runs in the browser, as it stands here.
 */
export const REFRESH_SCRIPT = `
(() => {
  'use strict';
  const every = ${REFRESH_IN_SECONDS} * 1000;
  const stale = document.getElementById('stale');
  const madeAt = () => document.querySelector('#as-of time')?.dateTime ?? null;
  let answeredAt = Date.now();
  let cause = null;
  let title = document.title;

  const isRead = () => {
    const selection = getSelection();
    const focused = document.activeElement;
    return (selection !== null && !selection.isCollapsed) || (focused !== null && focused.closest('main') !== null);
  };

  const words = (seconds) => (seconds < 3600 ? Math.floor(seconds / 60) + ' min' : Math.floor(seconds / 3600) + ' h');

  const tellAge = () => {
    const seconds = (Date.now() - answeredAt) / 1000;
    const isStale = seconds > ${STALE_IN_SECONDS};
    if (isStale) {
      const why = cause === 'read' ? 'it waits while you mark or use something on it.' : 'the app has not answered since.';
      const at = madeAt();
      const asOf = at === null ? '' : ', as of ' + at.slice(0, 19).replace('T', ' ') + ' UTC';
      stale.textContent = 'This page is ' + words(seconds) + ' old' + asOf + ': ' + why;
    }
    stale.hidden = !isStale;
    document.title = isStale ? 'OLD · ' + title : title;
  };

  const put = (next) => {
    const scrolled = [...document.querySelectorAll('.scroll')].map(({ scrollLeft }) => scrollLeft);
    for (const part of ['main', '#as-of', 'link[rel=icon]']) {
      document.querySelector(part).replaceWith(document.adoptNode(next.querySelector(part)));
    }
    document.querySelectorAll('.scroll').forEach((region, index) => { region.scrollLeft = scrolled[index] ?? 0; });
    title = next.title;
  };

  const ask = async () => {
    const answer = await fetch(location.href, {
      headers: { accept: 'text/html' }, cache: 'no-store', signal: AbortSignal.timeout(every - 5000),
    });
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const style = next.querySelector('style')?.textContent;
    if (next.querySelector('main') === null || style === undefined) throw new Error('This is no page of the app.');
    return { next, isOfThisVersion: style === document.querySelector('style').textContent };
  };

  let isAsking = false;
  const refresh = async () => {
    if (document.hidden || isAsking) return;
    if (isRead()) {
      cause = 'read';
      return tellAge();
    }
    isAsking = true;
    try {
      const { next, isOfThisVersion } = await ask();
      if (!isOfThisVersion) return location.reload();
      if (isRead()) {
        cause = 'read';
      } else {
        put(next);
        answeredAt = Date.now();
        cause = null;
      }
    } catch {
      cause = 'silence';
    } finally {
      isAsking = false;
    }
    tellAge();
  };

  setInterval(refresh, every);
  document.addEventListener('visibilitychange', () => {
    tellAge();
    if (!document.hidden && Date.now() - answeredAt >= every) refresh();
  });
  addEventListener('pageshow', ({ persisted }) => { if (persisted) refresh(); });
})();
`;
