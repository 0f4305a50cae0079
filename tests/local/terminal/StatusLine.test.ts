import { bar, StatusLine } from '../../../local/terminal/StatusLine';

const CLEAR = '\r\u001b[2K';

/** Everything that `act` has written. */
function written(isTTY: boolean, act: (line: StatusLine) => void): string {
  const texts: string[] = [];
  act(new StatusLine({ isTTY, write: (text) => texts.push(text) }));
  return texts.join('');
}

/** A line that changes, with another above it. */
function grow(line: StatusLine): void {
  line.show('1 of 2');
  line.show('1 of 2');
  line.print('a note');
  line.show('2 of 2');
  line.end();
}

describe('StatusLine', () => {
  it('changes in place on a terminal, below what is printed', () => {
    expect(written(true, grow)).toBe(`${CLEAR}1 of 2${CLEAR}a note\n1 of 2${CLEAR}2 of 2\n`);
  });

  it('is a line for each change elsewhere', () => {
    expect(written(false, grow)).toBe('1 of 2\na note\n2 of 2\n');
  });

  it.each([
    { title: 'on a terminal', isTTY: true, text: `${CLEAR}1 of 2${CLEAR}a note\n` },
    { title: 'elsewhere', isTTY: false, text: '1 of 2\na note\n' },
  ])('makes room for what is printed once it is cleared, $title', ({ isTTY, text }) => {
    const act = (line: StatusLine) => {
      line.show('1 of 2');
      line.clear();
      line.print('a note');
    };

    expect(written(isTTY, act)).toBe(text);
  });
});

describe('bar()', () => {
  it.each([
    { share: 0, is: '░░░░' },
    { share: 0.5, is: '██░░' },
    { share: 1, is: '████' },
    { share: 1.2, is: '████' },
  ])('fills for $share of the work, and never beyond', ({ share, is }) => {
    expect(bar(share, 4)).toBe(is);
  });
});
