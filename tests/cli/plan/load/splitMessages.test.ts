import { splitMessages } from '../../../../cli/plan/load/splitMessages';

const split = (text: string) =>
  splitMessages(Buffer.from(text)).map(({ body, place }) => [place, body.toString()]);

describe('splitMessages()', () => {
  it.each([
    {
      title: 'lines of JSON, without empty ones',
      text: '{"ip":"10.0.0.1"}\n\n{"ip":"10.0.0.2"}\r\n',
      messages: [
        ['line 1', '{"ip":"10.0.0.1"}'],
        ['line 3', '{"ip":"10.0.0.2"}'],
      ],
    },
    {
      title: 'entries of an array',
      text: '[{"ip":"10.0.0.1"}, "10.0.0.2"]',
      messages: [
        ['entry 1', '{"ip":"10.0.0.1"}'],
        ['entry 2', '"10.0.0.2"'],
      ],
    },
    {
      title: 'one object over several lines',
      text: '{\n  "ip": "10.0.0.1"\n}',
      messages: [['the file', '{\n  "ip": "10.0.0.1"\n}']],
    },
    {
      title: 'lines of text',
      text: '10.0.0.1\nCEF:0|a|b|c|d|e|5|src=10.0.0.2',
      messages: [
        ['line 1', '10.0.0.1'],
        ['line 2', 'CEF:0|a|b|c|d|e|5|src=10.0.0.2'],
      ],
    },
  ])('takes $title', ({ text, messages }) => {
    expect(split(text)).toEqual(messages);
  });

  it('leaves bytes that are no text in one piece', () => {
    const bytes = Buffer.from([0x1f, 0x8b, 0x08, 0xff, 0x0a, 0xfe]);

    expect(splitMessages(bytes)).toEqual([{ body: bytes, place: 'the file' }]);
  });
});
