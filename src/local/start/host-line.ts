/** By an event's whole name, or its last word: the app logs these as warnings or errors. */
const TROUBLE = new Set([
  'sweep.failed',
  'failed',
  'parked',
  'diverged',
  'tripped',
  'invalid',
  'rejected',
  'discarded',
  'low',
  'unavailable',
]);

/** What such an event may say for a person, in the order in which it reads best. */
const WORDS = ['message', 'reason', 'hint'];

/**
 * A line of the host's output, for somebody who watches the demonstration: null where it only says that all goes well.
 * `nameOf` is a project's name by its id.
 */
export function troubleIn(line: string, nameOf: (projectId: string) => string | null): string | null {
  const event = parseEvent(line);
  if (event !== null) return troubleInEvent(event, nameOf);
  const isInformation = line.trim() === '' || /^host: (?!warning: |error: )/.test(line) || /^listening on /.test(line);
  return isInformation ? null : line;
}

function troubleInEvent(event: Event, nameOf: (projectId: string) => string | null): string | null {
  const { event: name, projectId } = event;
  if (!TROUBLE.has(name.slice(name.lastIndexOf('.') + 1))) return null;
  const whose = typeof projectId === 'string' ? `${nameOf(projectId) ?? projectId}: ` : '';
  // Nothing is wrong where the service just has to finish something first.
  if (event['class'] === 'wait' && typeof event['hint'] === 'string') return `${whose}waits. ${event['hint']}`;
  const words = WORDS.flatMap((word) => (typeof event[word] === 'string' ? [event[word]] : []));
  const text = words.length === 0 ? JSON.stringify(event) : words.join(' ');
  return `${whose}${name.replace('.', ' ')}: ${text}`;
}

type Event = Readonly<Record<string, unknown>> & { readonly event: string };

function parseEvent(line: string): Event | null {
  if (!line.startsWith('{"event":')) return null;
  try {
    return JSON.parse(line) as Event;
  } catch {
    return null;
  }
}
