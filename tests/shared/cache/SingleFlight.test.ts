import { SingleFlight } from '../../../shared/cache/SingleFlight';

/** Work that ends when the test says so. */
function createWork() {
  const { promise, resolve, reject } = deferred<string>();
  const work = jest.fn(() => promise);
  return { work, resolve, reject };
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

describe('SingleFlight.run()', () => {
  it('does the work once for all who want it meanwhile', async () => {
    const flights = new SingleFlight<string>();
    const { work, resolve } = createWork();

    const all = Promise.all([
      flights.run('a', work),
      flights.run('a', work),
      flights.run('a', work),
    ]);
    resolve('done');

    expect(await all).toEqual(['done', 'done', 'done']);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('does other work at the same time', async () => {
    const flights = new SingleFlight<string>();

    const all = Promise.all([flights.run('a', async () => 'A'), flights.run('b', async () => 'B')]);

    expect(await all).toEqual(['A', 'B']);
  });

  it('remembers nothing once the work is over', async () => {
    const flights = new SingleFlight<string>();
    await flights.run('a', async () => 'first');

    const second = await flights.run('a', async () => 'second');

    expect(second).toBe('second');
  });

  it('fails for all who want it, and only for them', async () => {
    const flights = new SingleFlight<string>();
    const { work, reject } = createWork();

    const all = Promise.allSettled([flights.run('a', work), flights.run('a', work)]);
    reject(new Error('gone'));

    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await flights.run('a', async () => 'again')).toBe('again');
  });

  it('does not get stuck on work that throws before its first await', async () => {
    const flights = new SingleFlight<string>();
    const failing = flights.run('a', () => {
      throw new Error('at once');
    });

    await expect(failing).rejects.toThrow('at once');
    expect(await flights.run('a', async () => 'again')).toBe('again');
  });
});
