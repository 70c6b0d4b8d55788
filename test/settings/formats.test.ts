import {
  apiVersion,
  containerName,
  trueOrFalse,
  duration,
  exportPlatforms,
  queueName,
  wholeNumber,
} from '../../src/settings/formats.ts';

describe('a duration', () => {
  it.each([
    ['PT2H', 7_200],
    ['PT90M', 5_400],
    ['P1DT12H30M15S', 131_415],
    ['P2W', 1_209_600],
    ['PT0.5H', 1_800],
  ])('%s is %i s', (text, seconds) => {
    expect(duration.schema.parse(text)).toBe(seconds);
  });

  it.each(['P1Y', 'P1M', 'PT0S', 'P', 'PT', '2h', '7200', '-PT2H', 'PT2Hours', 'xPT2H', 'PT2H PT3H', 'pt2h'])(
    '%s is refused',
    (text) => {
      expect(duration.schema.safeParse(text).success).toBe(false);
    },
  );

  it('of months is refused with the reason', () => {
    expect(duration.schema.safeParse('P1M').error?.issues[0]?.message).toContain('years or months');
  });
});

describe('true and false', () => {
  it.each([
    ['true', true],
    ['True', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ])('%s is %p', (text, value) => {
    expect(trueOrFalse.schema.parse(text)).toBe(value);
  });

  it.each(['yes', 'on', '2', 'truee'])('%s is neither', (text) => {
    expect(trueOrFalse.schema.safeParse(text).success).toBe(false);
  });
});

describe('a whole number', () => {
  it.each(['1', '20', '007'])('%s is in range', (text) => {
    expect(wholeNumber(1, 20).schema.parse(text)).toBe(Number(text));
  });

  it.each(['0', '21', '-1', '1.5', '1e1', 'two', '0x1'])('%s is refused', (text) => {
    expect(wholeNumber(1, 20).schema.safeParse(text).success).toBe(false);
  });
});

describe('the name of a queue or container', () => {
  const formats = {
    queue: queueName(20, ['replication-work']).schema,
    container: containerName(20, ['replication-work']).schema,
  };
  const { queue, container } = formats;

  it.each(['abc', 'custom-vision', 'a1-b2-c3'])('%s is one', (name) => {
    expect([queue.parse(name), container.parse(name)]).toEqual([name, name]);
  });

  it.each(['ab', 'a--b', '-ab', 'ab-', 'a_b', 'a.b', 'x'.repeat(21), 'replication-work'])('%s is refused', (name) => {
    expect([queue.safeParse(name).success, container.safeParse(name).success]).toEqual([false, false]);
  });

  it('may have capitals where it is a queue’s, as the host makes them small', () => {
    expect(queue.parse('Custom-Vision')).toBe('custom-vision');
    expect(queue.safeParse('Replication-Work').success).toBe(false);
    expect(container.safeParse('Custom').success).toBe(false);
  });
});

describe('a version of the API', () => {
  it.each(['v3.3', 'v3.4-preview', 'v10.0'])('%s is one', (version) => {
    expect(apiVersion.schema.parse(version)).toBe(version);
  });

  it.each(['3.3', 'v3', 'v3.3/../x', 'v3.3-beta', 'latest'])('%s is refused', (version) => {
    expect(apiVersion.schema.safeParse(version).success).toBe(false);
  });
});

describe('platforms to export', () => {
  it('are spelled as the service spells them', () => {
    expect(exportPlatforms.schema.parse('onnx, tensorflow:tensorflowlite ,DockerFile:arm')).toEqual([
      { platform: 'ONNX', flavor: null },
      { platform: 'TensorFlow', flavor: 'TensorFlowLite' },
      { platform: 'DockerFile', flavor: 'ARM' },
    ]);
  });

  it.each([
    ['ONX', "has 'ONX', whose platform is not known."],
    ['ONNX:Linux', "has 'ONNX:Linux', whose flavor is none of that platform's."],
    ['ONNX:', "has 'ONNX:', whose flavor is none of that platform's."],
    ['ONNX:ONNX10:x', "has 'ONNX:ONNX10:x', whose flavor is none of that platform's."],
    ['CoreML,coreml', "has 'coreml' twice."],
    [' , ', 'names nothing.'],
  ])('are refused as %p', (list, message) => {
    expect(exportPlatforms.schema.safeParse(list).error?.issues[0]?.message).toBe(message);
  });
});
