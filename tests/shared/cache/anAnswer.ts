import type { DefenderAnswer } from '../../../shared/defender/DefenderAnswer';

/** An answer with one machine, or with what the test is about. */
export function anAnswer(fields: Partial<DefenderAnswer> = {}): DefenderAnswer {
  return {
    status: 200,
    machines: [{ id: '1e5bc9d7e413ddd7902c2932e418702b84d0cc07', computerDnsName: 'desktop-17' }],
    alerts: [],
    file: null,
    correlationId: 'c-1',
    ...fields,
  };
}

export const EMPTY_ANSWER = anAnswer({ machines: [] });
export const NOT_FOUND = anAnswer({ status: 404, machines: [], correlationId: null });
