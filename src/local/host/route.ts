/** A route template such as `projects/{id}`, taken apart. */
export interface Route {
  readonly template: string;
  readonly segments: readonly Segment[];
}

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'parameter';
      readonly name: string;
      readonly optional: boolean;
      readonly longest: number;
    }
  | { readonly kind: 'rest'; readonly name: string };

const PARAMETER = /^\{(\*?)([A-Za-z_]\w*)(?::maxlength\((\d+)\))?(\??)\}$/;

/** Understands literals, `{name}`, `{name?}`, `{name:maxlength(3)}` and `{*rest}`; throws for the constraints that it does not. */
export function parseRoute(template: string): Route {
  return { template, segments: splitPath(template).map((text) => parseSegment(text, template)) };
}

function parseSegment(text: string, template: string): Segment {
  if (!/[{}]/.test(text)) return { kind: 'literal', text: text.toLowerCase() };
  const [, rest, name, longest = 'Infinity', optional] = PARAMETER.exec(text) ?? [];
  if (name === undefined) throw new Error(`this host does not understand '${text}' in the route '${template}'`);
  if (rest === '*') return { kind: 'rest', name };
  return { kind: 'parameter', name, optional: optional === '?', longest: Number(longest) };
}

/**
 * The parameters of a path that the route fits, decoded but for `%2F`; null where it does not. Literals match in any case.
 * One slash at the end is nothing, an empty segment elsewhere fits no route.
 */
export function matchRoute(route: Route, path: string): Record<string, string> | null {
  if (path.includes('//')) return null;
  const given = splitPath(path).map(decode);
  const parameters: Record<string, string> = {};
  for (const [index, segment] of route.segments.entries()) {
    if (segment.kind === 'rest') {
      parameters[segment.name] = given.slice(index).join('/');
      return parameters;
    }
    const text = given[index];
    if (text === undefined) {
      if (segment.kind === 'parameter' && segment.optional) continue;
      return null;
    }
    if (segment.kind === 'literal') {
      if (segment.text !== text.toLowerCase()) return null;
    } else if (text.length <= segment.longest) parameters[segment.name] = text;
    else return null;
  }
  return given.length > route.segments.length ? null : parameters;
}

/** Sorts the more literal route first, so that `projects/all` wins over `projects/{id}`. */
export function compareRoutes(one: Route, other: Route): number {
  const rank = (route: Route) =>
    route.segments.map((segment) => ({ literal: '0', parameter: '1', rest: '2' })[segment.kind]).join('');
  return rank(one).localeCompare(rank(other));
}

function splitPath(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** An encoded slash stays encoded: decoded it would be one more segment. */
function decode(segment: string): string {
  const decoded = segment.split(/(%2f)/i).map((part) => (/^%2f$/i.test(part) ? part : decodePart(part)));
  return decoded.join('');
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
