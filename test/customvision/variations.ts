/** One way in which an answer may differ from the example of it. */
export interface Variation {
  /** What differs, e.g. `0.settings.domainId is absent`. */
  readonly what: string;
  /** The name of the member that differs. */
  readonly member: string;
  readonly body: unknown;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same answer with one thing in it replaced, at every place in turn. */
function replaced(value: unknown, at: string, vary: (of: Record<string, unknown>) => Variation[]): Variation[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) =>
      replaced(item, `${at}${index}.`, vary).map((variation) => ({
        ...variation,
        body: value.with(index, variation.body),
      })),
    );
  }
  if (!isObject(value)) return [];
  const own = vary(value).map((variation) => ({ ...variation, what: `${at}${variation.what}` }));
  const below = Object.entries(value).flatMap(([name, member]) =>
    replaced(member, `${at}${name}.`, vary).map((variation) => ({
      ...variation,
      body: { ...value, [name]: variation.body },
    })),
  );
  return [...own, ...below];
}

/** An answer with each of its members absent, null or of a value that nobody knows yet, and with one more member. */
export function variationsOf(body: unknown): Variation[] {
  return replaced(body, '', (of) => [
    ...Object.keys(of).flatMap((member) => {
      const others = Object.fromEntries(Object.entries(of).filter(([name]) => name !== member));
      return [
        { what: `${member} is absent`, member, body: others },
        { what: `${member} is null`, member, body: { ...others, [member]: null } },
      ];
    }),
    { what: 'a member is new', member: 'memberOfTomorrow', body: { ...of, memberOfTomorrow: { is: ['new'] } } },
  ]);
}
