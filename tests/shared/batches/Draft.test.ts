import { Draft } from '../../../shared/batches/Draft';
import type { Party } from '../../../shared/batches/seats';
import { machineId, NOW } from '../lookups/aLookup';
import { aMember, aQuestion, firstStep, LIST_TICKET } from './aQuestion';

const LIMITS = { questions: 3, characters: 1_600 };

const about = (digit: string): Party => [
  aMember(aQuestion({ planned: firstStep('machine', machineId(digit)) })),
];
const queryOf = ([{ question }]: Party) => question.planned.query;

function aDraft() {
  const owner = about('a');
  const draft = new Draft('d1', LIST_TICKET, NOW, [queryOf(owner)]);
  let isFilled = false;
  void draft.filled.then(() => (isFilled = true));
  const state = async (): Promise<boolean> => {
    await Promise.resolve();
    return isFilled;
  };
  return { draft, owner, isFilled: state };
}

describe('A batch that is not written yet', () => {
  it.each<{ title: string; waiting: readonly Party[]; seated: number; isFilled: boolean }>([
    { title: 'has room', waiting: [about('b')], seated: 1, isFilled: false },
    { title: 'is full', waiting: [about('b'), about('c')], seated: 2, isFilled: true },
    {
      title: 'has no room for one',
      waiting: [about('b'), about('c'), about('d')],
      seated: 2,
      isFilled: true,
    },
    { title: 'holds the question', waiting: [about('a')], seated: 1, isFilled: false },
  ])('$title', async ({ waiting, seated, isFilled }) => {
    const world = aDraft();

    expect(world.draft.admit('machines', waiting, LIMITS)).toEqual(waiting.slice(0, seated));
    expect(await world.isFilled()).toBe(isFilled);
  });

  it('is written with each question once', () => {
    const { draft, owner } = aDraft();
    const other = about('b');
    draft.admit('machines', [other, about('a')], LIMITS);

    expect(draft.toBatch()).toMatchObject({
      ticket: LIST_TICKET,
      slotAt: NOW,
      members: [queryOf(owner), queryOf(other)],
      isClosed: false,
    });
  });
});
