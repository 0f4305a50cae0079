import { idAsDelivered } from '../../../shared/messaging/idAsDelivered';

describe('idAsDelivered()', () => {
  it.each([
    { sent: 'incident-1', delivered: 'incident-1' },
    { sent: '007', delivered: '007' },
    { sent: '"incident-1"', delivered: 'incident-1' },
    { sent: '637472900382838875', delivered: null },
    { sent: '1e3', delivered: null },
    { sent: 'true', delivered: null },
    { sent: '{"a":1}', delivered: null },
    { sent: '', delivered: null },
    { sent: undefined, delivered: null },
    { sent: 7, delivered: null },
  ])('makes $delivered of $sent, as the platform does', ({ sent, delivered }) => {
    expect(idAsDelivered(sent)).toBe(delivered);
  });
});
