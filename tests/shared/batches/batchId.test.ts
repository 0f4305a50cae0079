import { batchIdOf, queueOf, ticketIn } from '../../../shared/batches/batchId';
import { NOW } from '../lookups/aLookup';
import { LIST_TICKET } from './aQuestion';

const QUEUE = { list: 'machines', flow: 'normal' } as const;

describe('The id of a batch', () => {
  it('holds its queue and its first ticket', () => {
    const id = batchIdOf(QUEUE, LIST_TICKET, NOW);

    expect(queueOf(id)).toEqual(QUEUE);
    expect(ticketIn(id)).toEqual(LIST_TICKET);
  });

  it('comes before those that were made earlier', () => {
    const [older, newer] = [NOW, NOW + 1].map((at) => batchIdOf(QUEUE, LIST_TICKET, at));

    expect([older, newer].sort()).toEqual([newer, older]);
  });

  it.each([
    '',
    'machines|normal|1',
    'files|normal|8204837499999.e.7',
    'machines|x|8204837499999.e.7',
  ])('is not %j', (text) => {
    expect(ticketIn(text)).toBeNull();
    expect(queueOf(text)).toBeNull();
  });
});
