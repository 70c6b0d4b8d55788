const VOID_ELEMENTS = new Set(['meta', 'link', 'br', 'input']);

/** The page without the one script of every page, which is no markup. */
export function withoutScript(html: string): string {
  return html.replace(/<script>[\s\S]*?<\/script>/, '');
}

/** Everything that a reader would see, in order; blanks are one. */
export function textOf(html: string): string {
  const body = withoutScript(html.slice(html.indexOf('<body>')));
  const text = body.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_whole, name: string) => entities[name] ?? '').trim();
}

/** The element of this name that has the text in its opening tag, with all that is in it. */
export function element(html: string, name: string, having = ''): string {
  const found = elements(html, name).find((whole) => whole.slice(0, whole.indexOf('>')).includes(having));
  if (found === undefined) throw new Error(`There is no <${name}> with ${having}.`);
  return found;
}

/** Every element of this name; for one that does not hold others of its kind. */
export function elements(html: string, name: string): string[] {
  return html.match(new RegExp(`<${name}[\\s>][\\s\\S]*?</${name}>`, 'g')) ?? [];
}

/** Where opening and closing tags do not fit; empty where all is well. */
export function misfits(html: string): string[] {
  const open: string[] = [];
  const found: string[] = [];
  for (const [, end, name = '', closed] of withoutScript(html).matchAll(
    /<(\/?)([a-z][a-z0-9]*)(?:\s[^<>]*?)?(\/?)>/g,
  )) {
    if (VOID_ELEMENTS.has(name) || closed === '/') continue;
    if (end === '') open.push(name);
    else if (open.pop() !== name) found.push(name);
  }
  return [...found, ...open];
}

/** Ids that stand for nothing: named by `aria-labelledby` or a link into the page, and not there. */
export function danglingIds(html: string): string[] {
  const named = [...html.matchAll(/(?:aria-labelledby="|href="#)([^"]+)"/g)].map(([, id = '']) => id);
  return named.filter((id) => !html.includes(`id="${id}"`));
}
