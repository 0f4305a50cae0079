import { Pressure } from '../../../shared/batches/Pressure';

const NOW = 1_000_000;

describe('Pressure', () => {
  it.each([
    { title: 'seven requests within a second', deliveries: 7, apartMs: 10, isHigh: false },
    { title: 'eight requests within a second', deliveries: 8, apartMs: 10, isHigh: true },
    {
      title: 'twenty requests within three seconds',
      deliveries: 20,
      apartMs: 150,
      isHigh: false,
    },
  ])('$title: $isHigh', ({ deliveries, apartMs, isHigh }) => {
    const pressure = new Pressure();
    for (let each = 0; each < deliveries; each += 1)
      pressure.note(String(each), NOW + each * apartMs);

    expect(pressure.isHigh(NOW + (deliveries - 1) * apartMs)).toBe(isHigh);
  });

  it('is not made by the questions of one message', () => {
    const pressure = new Pressure();
    for (let each = 0; each < 500; each += 1) pressure.note('r_1', NOW);

    expect(pressure.isHigh(NOW)).toBe(false);
  });
});
