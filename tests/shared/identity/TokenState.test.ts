import { readTokenState } from '../../../shared/identity/TokenState';

const jwt = (payload: unknown) =>
  `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`;

describe('readTokenState()', () => {
  it.each([
    {
      what: 'when it was issued and which roles it has',
      token: jwt({ iat: 1_795_000_000, roles: ['Machine.Read.All'] }),
      state: { issuedAt: 1_795_000_000_000, roles: ['Machine.Read.All'] },
    },
    { what: 'no roles', token: jwt({ iat: 1 }), state: { issuedAt: 1_000, roles: null } },
    {
      what: 'claims of another type',
      token: jwt({ iat: 'now', roles: 'Machine.Read.All' }),
      state: { issuedAt: null, roles: null },
    },
    { what: 'no claims', token: jwt(null), state: { issuedAt: null, roles: null } },
    { what: 'nothing', token: 'opaque', state: { issuedAt: null, roles: null } },
    { what: 'rubbish', token: 'a.b.c', state: { issuedAt: null, roles: null } },
  ])('reads $what', ({ token, state }) => {
    expect(readTokenState(token)).toEqual(state);
  });
});
