import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageSamples } from '../../../local/start/messageSamples';

const TENANT = '00000000-0000-4000-8000-000000000001';

describe('messageSamples()', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'messages-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function samplesOf(files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return messageSamples(folder, TENANT, 0).samples;
  }

  it('makes a message of each file, by name; hidden files and folders are left out', () => {
    mkdirSync(join(folder, 'more'));

    const samples = samplesOf({ 'b.txt': '10.1.2.4', 'a.json': '{"ip":"10.1.2.3"}', '.swp': 'x' });

    expect(samples.map(({ name, body }) => [name, body.toString()])).toEqual([
      ['a.json', '{"ip":"10.1.2.3"}'],
      ['b.txt', '10.1.2.4'],
    ]);
  });

  it.each([
    { title: 'one indicator', text: '10.1.2.3', awaited: { lookups: 1, unreadable: 0 } },
    {
      title: 'a list, equal ones once',
      text: '["10.1.2.3","10.1.2.3","a-1"]',
      awaited: { lookups: 2, unreadable: 0 },
    },
    { title: 'what cannot be read', text: '{"ip":', awaited: { lookups: 0, unreadable: 1 } },
  ])('awaits the answers that intake will make of $title', ({ text, awaited }) => {
    expect(samplesOf({ a: text })[0]?.awaited).toMatchObject(awaited);
  });

  it('sees that a file repeats the event of another', () => {
    const event = (order: string) => `{"id":"INC-1",${order}}`;

    const samples = samplesOf({
      a: event('"ip":"10.1.2.3"'),
      b: '10.1.2.3',
      c: event(' "ip": "10.1.2.3"'),
      d: '10.1.2.3',
    });

    expect(samples.map(({ repeats }) => repeats)).toEqual([undefined, undefined, 'a', undefined]);
  });

  it.each([
    { title: 'empty', path: () => folder },
    { title: 'not there', path: () => join(folder, 'none') },
  ])('names a folder that is $title', ({ path }) => {
    expect(() => messageSamples(path(), TENANT, 0)).toThrow(path());
  });
});
