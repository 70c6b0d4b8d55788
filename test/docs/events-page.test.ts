import { readFileSync } from 'node:fs';
import * as ts from 'typescript';
import type { ReplicatorEvent } from '../../src/core/facts/events.ts';
import { levelOf } from '../../src/telemetry.ts';

/** Event name -> its fields, read from the type's own source, since a type is gone when a test runs. */
function eventsInSource(): Map<string, string[]> {
  const of = (file: string, name: string) => [...eventsIn(`src/core/facts/${file}.ts`, name)];
  return new Map([...of('events', 'ReplicatorEvent'), ...of('metric-events', 'MetricEvent')]);
}

function eventsIn(path: string, name: string): Map<string, string[]> {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ESNext, true);
  const union = source.statements.find(
    (statement): statement is ts.TypeAliasDeclaration =>
      ts.isTypeAliasDeclaration(statement) && statement.name.text === name,
  );
  if (union === undefined || !ts.isUnionTypeNode(union.type)) throw new Error(`${path} has no union ${name}.`);
  const events = new Map<string, string[]>();
  for (const member of union.type.types) {
    const names = namesIn(member);
    for (const event of names.events) events.set(event, names.fields);
  }
  return events;
}

interface Names {
  readonly events: string[];
  readonly fields: string[];
}

/** The names in one member of the union: an object type, an intersection of some, or a `Pick` of another type's members. */
function namesIn(type: ts.TypeNode): Names {
  if (ts.isParenthesizedTypeNode(type)) return namesIn(type.type);
  if (ts.isIntersectionTypeNode(type)) {
    const parts = type.types.map(namesIn);
    return { events: parts.flatMap(({ events }) => events), fields: parts.flatMap(({ fields }) => fields) };
  }
  if (ts.isTypeLiteralNode(type)) {
    const members = type.members.filter(ts.isPropertySignature);
    const isEvent = (member: ts.PropertySignature): boolean => member.name.getText() === 'event';
    return {
      events: members.filter(isEvent).flatMap((member) => literalsIn(member.type)),
      fields: members.filter((member) => !isEvent(member)).map((member) => member.name.getText()),
    };
  }
  // Its members stand in a file of their own.
  if (ts.isTypeReferenceNode(type) && type.typeName.getText() === 'MetricEvent') return { events: [], fields: [] };
  if (ts.isTypeReferenceNode(type) && type.typeName.getText() === 'Pick') {
    return { events: [], fields: literalsIn(type.typeArguments?.[1]) };
  }
  throw new Error(`This test cannot read the type: ${type.getText()}`);
}

function literalsIn(type: ts.TypeNode | undefined): string[] {
  if (type === undefined) return [];
  if (ts.isUnionTypeNode(type)) return type.types.flatMap(literalsIn);
  if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)) return [type.literal.text];
  throw new Error(`A string was expected: ${type.getText()}`);
}

interface Row {
  readonly level: string;
  readonly fields: string[];
  readonly meaning: string;
}

/** Event name -> its row in the table of docs/events.md. */
function eventsOnPage(): Map<string, Row> {
  const rows = readFileSync('docs/events.md', 'utf8').matchAll(/^\| `([a-z.]+)` \| (\w+) \| (.*?) \| (.*?) \|$/gm);
  return new Map(
    [...rows].map(([, event = '', level = '', fields = '', meaning = '']) => {
      const names = [...fields.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
      return [event, { level, fields: names, meaning }];
    }),
  );
}

describe('docs/events.md', () => {
  const page = eventsOnPage();
  const source = eventsInSource();

  it('lists every event that there is, and no other', () => {
    expect([...page.keys()].sort()).toEqual([...source.keys()].sort());
  });

  it.each([...source])('gives the fields and the level of %s, and says when it comes', (event, fields) => {
    const row = page.get(event);
    expect(row?.fields).toEqual(fields);
    expect(row?.level).toBe(levelOf(event as ReplicatorEvent['event']));
    expect(row?.meaning).toMatch(/\w{2,}/);
  });
});
