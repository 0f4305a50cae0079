import type { Sample } from '../../../local/samples/Sample';
import { SampleScreen } from '../../../local/start/SampleScreen';
import { SampleTable } from '../../../local/start/SampleTable';
import { TableLayout } from '../../../local/start/TableLayout';
import { unpainted } from '../../../local/terminal/paint';
import { published, publishedRequest, quarantined } from './published';

const sample = (name: string, repeats?: string): Sample => ({
  name,
  title: name,
  body: '',
  expected: [],
  ...(repeats !== undefined && { repeats }),
});
const [a, b, again, c] = [sample('a'), sample('b'), sample('again', 'a'), sample('c')];
const settled = (of: Sample) => ({
  sample: of,
  records: [published({ messageId: of.name })],
  quarantined: [],
});

function start() {
  const texts: string[] = [];
  const out = { write: (text: string) => texts.push(text) };
  const table = new SampleTable(new TableLayout(80), unpainted);
  const groups = [
    { heading: 'First', samples: [a, b, again] },
    { heading: 'Second', samples: [c] },
  ];
  const screen = new SampleScreen(out, table, groups, 0);
  const rows = () =>
    texts
      .join('')
      .split('\n')
      .map((line) => line.split(/ {2,}/).slice(0, 2).join(' '));
  return { screen, rows };
}

describe('SampleScreen', () => {
  it('shows samples in their order under their headings, however they settle', () => {
    const { screen, rows } = start();

    screen.addSettled(settled(c));
    screen.addSettled(settled(b));
    expect(rows()).toEqual(['']);
    screen.addSettled(settled(a));

    expect(rows()).toEqual([
      '',
      'First',
      'a found',
      'b found',
      'again with "a"',
      '',
      'Second',
      'c found',
      '',
    ]);
  });

  it('shows what is lost in its place, when the others have waited long enough', () => {
    const { screen, rows } = start();

    screen.addSettled(settled(b));
    screen.end();

    expect(rows().slice(1, 8)).toEqual([
      'First',
      'a LOST',
      'b found',
      'again with "a"',
      '',
      'Second',
      'c LOST',
    ]);
  });

  it('shows at once what comes from elsewhere, and an answer that replaces another', () => {
    const { screen, rows } = start();
    screen.addSettled(settled(a));

    screen.addRecord(published({ messageId: 'mine' }));
    screen.addQuarantined(quarantined('mine', 'message.notJson'));
    screen.addSettled(settled(a));

    expect(rows().slice(3)).toEqual([
      '10.1.2.3 (mine) found',
      'in quarantine: mine message.notJson',
      'a found',
      '',
    ]);
  });

  it('shows a whole request under its sample, or by itself if that is shown', () => {
    const { screen, rows } = start();

    screen.addRequest(publishedRequest('a'), a);
    screen.addSettled(settled(a));
    screen.addRequest(publishedRequest('other'), null);

    expect(rows()).toEqual([
      '',
      'First',
      'a found',
      '└ whole: a 1 of 1',
      '└ whole: other 1 of 1',
      '',
    ]);
  });
});
