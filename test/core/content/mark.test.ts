import {
  isReplicaOf,
  markedDescription,
  markLine,
  pairOf,
  runIdOfStagingName,
  stagingName,
  validMark,
  withoutMarks,
} from '../../../src/core/content/mark.ts';
import { aMark, aReplica, guid, OWNER, REPLICA_ID, SOURCE_ID } from '../../support/builders.ts';

const mark = aMark();
const line = markLine(mark);
const described = (description: string, id = REPLICA_ID) => ({ id, description });

describe('a pair', () => {
  test('is eight hex digits that depend on both hosts and their roles', () => {
    expect(pairOf('a.example', 'b.example')).toMatch(/^[0-9a-f]{8}$/);
    expect(pairOf('a.example', 'b.example')).not.toBe(pairOf('b.example', 'a.example'));
    expect(pairOf('a.example', 'b.example')).not.toBe(pairOf('a.example', 'c.example'));
  });

  test('does not depend on how the hosts are capitalised', () => {
    expect(pairOf('A.Example', 'b.example')).toBe(pairOf('a.example', 'B.EXAMPLE'));
  });
});

describe('a staging name', () => {
  const runId = guid(42);

  test('leads back to its run', () => {
    expect(runIdOfStagingName(stagingName(OWNER, runId), OWNER)).toBe(runId);
  });

  test('is at most 64 ASCII characters with a GUID for a run', () => {
    expect(stagingName(OWNER, runId)).toMatch(/^[\x21-\x7e]{1,64}$/);
  });

  test.each([
    ['another pair', stagingName({ ...OWNER, installation: '00000000' }, runId)],
    ['a name with something after it', `${stagingName(OWNER, runId)} (old)`],
    ['a name with something before it', `x${stagingName(OWNER, runId)}`],
    ['a name with no run', `cvr-${OWNER.pair}-`],
    ['a project of a person', 'Cats'],
  ])('is not seen in %s', (_what, name) => {
    expect(runIdOfStagingName(name, OWNER)).toBeNull();
  });

  test('is seen in what the service makes of it where the name is taken', () => {
    expect(runIdOfStagingName(`${stagingName(OWNER, runId)} (1)`, OWNER)).toBe(runId);
    expect(runIdOfStagingName(`${stagingName(OWNER, runId)} (12)`, OWNER)).toBe(runId);
  });
});

describe('a mark', () => {
  test('is one line that names source, revision, run, own id and pair', () => {
    const written = `[replica of ${SOURCE_ID} · revision r1-abc · run run-2 · as ${REPLICA_ID} · pair ${OWNER.pair} · by ${OWNER.installation}]`;
    expect(line).toBe(written);
  });

  test.each([
    ['is read back where it stands alone', line],
    ['is read back after the description of the source', `cats\nand no cats\n${line}`],
    ['is read back where line ends became CRLF', `cats\r\n${line}\r\n`],
    ['is read back where white space got round it', `cats\n\n  ${line}  \n\n`],
    ['is read back where line ends became spaces', `cats and no cats ${line}`],
    ['is read back where all was made one line', `cats and no cats ${line} `],
    ['is read back where white space was collapsed', `cats\n${line}`.replace(/\s+/g, ' ')],
    ['is read back where spaces became others', `cats\n${line}`.replaceAll(' ', '\u00a0')],
    ['is read back where spaces were doubled', `cats\n${line}`.replaceAll(' ', '  ')],
    ['is read back where line ends became CR', `cats\r${line}\r`],
    ['is read back where line ends became line separators', `cats\u2028${line}`],
    ['is read back where a tab came before it', `cats\t${line}`],
  ])('%s', (_what, description) => {
    expect(validMark(described(description))).toEqual(mark);
  });

  test('counts although its ids are written in capitals', () => {
    const id = 'abcdef00-0000-4000-8000-000000000000';
    const shouted = markLine(aMark({ replicaProjectId: id.toUpperCase(), sourceProjectId: id.toUpperCase() }));
    expect(validMark(described(shouted, id))).toMatchObject({ replicaProjectId: id, sourceProjectId: id });
  });

  test.each([
    ['names another project, as on a copy of a replica', markLine(aMark({ replicaProjectId: guid(77) }))],
    ['is quoted', `> ${line}`],
    ['is part of a sentence among other lines', `cats\nas in ${line}`],
    ['is part of a sentence that goes on', `as in ${line}.`],
    ['is part of a word', `cats${line}`],
    ['was cut by the service', `cats\n${line}`.slice(0, -9)],
    ['has text after it on its line', `${line} (old)`],
    ['is followed by another line', `${line}\nmine now`],
    ['has lost its end', line.slice(0, -1)],
    ['names a source that is no GUID', markLine(aMark({ sourceProjectId: 'cats' }))],
    ['names a pair that is none', markLine(aMark({ pair: 'xyz' }))],
    ['is not there', 'cats and no cats'],
    ['is not there, nor anything else', ''],
  ])('gives no right where it %s', (_what, description) => {
    expect(validMark(described(description))).toBeNull();
  });
});

describe('the description of a replica', () => {
  test('is that of the source with the mark after it', () => {
    expect(markedDescription('cats', mark)).toBe(`cats\n${line}`);
  });

  test('is the mark alone where the source has none', () => {
    expect(markedDescription('', mark)).toBe(line);
  });

  test('drops the marks that the source carries, so that a copy of a replica has one mark only', () => {
    const other = markLine(aMark({ replicaProjectId: SOURCE_ID, pair: '00000000' }));
    expect(markedDescription(`cats\n${other}`, mark)).toBe(`cats\n${line}`);
    expect(markedDescription(other, mark)).toBe(line);
  });

  test.each([0, 1, 150, 200, 230, 250, 1_000])(
    'is a valid mark also when at most %d characters may be',
    (maxLength) => {
      const description = markedDescription('cats '.repeat(60), mark, maxLength);
      expect(validMark(described(description))).toEqual(mark);
      expect(description.length).toBeLessThanOrEqual(Math.max(maxLength, line.length));
    },
  );

  test('says where the part of the source was shortened', () => {
    const description = markedDescription('cats and no cats', mark, line.length + 6);
    expect(description).toBe(`cats…\n${line}`);
  });

  test('is not shortened where it just fits', () => {
    expect(markedDescription('cats', mark, line.length + 5)).toBe(`cats\n${line}`);
  });

  // The cut may fall between the two halves of a character outside the basic plane.
  test('is never cut in the middle of a character', () => {
    const description = markedDescription('🐈🐈🐈', mark, line.length + 5);
    expect(description).toBe(Buffer.from(description, 'utf8').toString('utf8'));
  });
});

describe('a description without marks', () => {
  test.each([
    ['is left exactly as it is', 'cats \n\n', 'cats \n\n'],
    ['loses the mark and the line end before it', `cats\n${line}`, 'cats'],
    ['loses a mark in the middle', `cats\n${line}\ndogs`, 'cats\ndogs'],
    ['loses every mark', `${line}\r\ncats\r\n${line}`, 'cats'],
    ['loses one that was joined to the text', `cats and no cats ${line}`, 'cats and no cats'],
    ['loses all that were joined to the text', `cats ${line} ${line} `, 'cats'],
    ['keeps one that is quoted in the middle of a line', `as in ${line}, cats`, `as in ${line}, cats`],
    ['keeps what only looks like one', `cats\n> ${line}`, `cats\n> ${line}`],
  ])('%s', (_what, description, expected) => {
    expect(withoutMarks(description)).toBe(expected);
  });
});

describe('a project on the target is ours', () => {
  test('where its mark names itself, the source and the pair', () => {
    expect(isReplicaOf(aReplica(), SOURCE_ID, OWNER)).toBe(true);
    expect(isReplicaOf(aReplica(), SOURCE_ID.toUpperCase(), OWNER)).toBe(true);
  });

  test.each([
    ['a mark of another installation', aReplica({ description: markLine(aMark({ installation: '00000000' })) })],
    ['the mark of another source', aReplica({ description: markLine(aMark({ sourceProjectId: guid(8) })) })],
    ['the mark of another project', aReplica({ description: markLine(aMark({ replicaProjectId: guid(8) })) })],
    ['no mark', aReplica({ description: 'cats' })],
  ])('but not with %s', (_what, project) => {
    expect(isReplicaOf(project, SOURCE_ID, OWNER)).toBe(false);
  });
});
