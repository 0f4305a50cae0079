import { VirtualClock } from '../../../local/simulation/VirtualClock';

const START = 1_000_000;

describe('VirtualClock', () => {
  it('fires events in the order of their times, equal ones as planned, and stands still meanwhile', async () => {
    const clock = new VirtualClock(START);
    const fired: string[] = [];
    const note = (name: string) => () => fired.push(`${name} ${clock.now() - START}`);
    for (const [name, inMs] of Object.entries({ d: 30, b: 20, c: 20, e: 31, a: 10, past: -5 }))
      clock.at(START + inMs, note(name));

    await clock.runUntil(() => false);

    expect(fired).toEqual(['past 0', 'a 10', 'b 20', 'c 20', 'd 30', 'e 31']);
  });

  it('runs whatever is ready before time goes on', async () => {
    const clock = new VirtualClock(START);
    const woken: number[] = [];
    const loop = async () => {
      for (let round = 0; round < 3; round += 1) {
        await clock.sleep(10);
        await Promise.resolve();
        woken.push(clock.now() - START);
      }
    };
    clock.at(START + 15, () => woken.push(15));

    await clock.run(loop());

    expect(woken).toEqual([10, 15, 20, 30]);
  });

  it('forgets an event that is taken back and a sleep that is cut short', async () => {
    const clock = new VirtualClock(START);
    const abort = new AbortController();
    const fired = jest.fn();
    clock.at(START + 10, fired)();
    const sleep = clock.sleep(20, abort.signal);
    abort.abort(new Error('enough'));

    await expect(sleep).rejects.toThrow('enough');
    await clock.advance(30);

    expect(fired).not.toHaveBeenCalled();
    expect(clock.pendingInMs).toEqual([]);
  });

  it.each([0, -1])('sleeps %d ms at once, unless the signal is aborted', async (ms) => {
    const clock = new VirtualClock(START);

    await clock.sleep(ms);

    await expect(clock.sleep(ms, AbortSignal.abort(new Error('late')))).rejects.toThrow('late');
    expect(clock.now()).toBe(START);
  });

  it('advance() wakes sleepers at their times, jump() all that are due late and no others', async () => {
    const wakings = async (move: (clock: VirtualClock) => unknown) => {
      const clock = new VirtualClock(START);
      const woken: number[] = [];
      for (const ms of [10, 20, 31]) void clock.sleep(ms).then(() => woken.push(clock.now()));
      clock.at(START + 5, jest.fn())();
      await move(clock);
      await Promise.resolve();
      return { woken, pending: clock.pendingInMs };
    };

    const advanced = await wakings((clock) => clock.advance(30));
    const jumped = await wakings((clock) => {
      clock.jump(30);
    });

    expect(advanced).toEqual({ woken: [START + 10, START + 20], pending: [1] });
    expect(jumped).toEqual({ woken: [START + 30, START + 30], pending: [1] });
  });

  it('run() fails when no event is left that could settle the promise', async () => {
    const clock = new VirtualClock();

    await expect(clock.run(new Promise(() => undefined))).rejects.toThrow('no event is left');
  });

  it('is told to others off by some time, and by more after a step', async () => {
    const clock = new VirtualClock(START);
    const skewed = clock.skewed(500);
    skewed.step(-200);

    await clock.run(skewed.sleep(10));

    expect(skewed.now()).toBe(START + 10 + 300);
  });
});
