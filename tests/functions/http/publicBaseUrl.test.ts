import { siteUrl } from '../../../functions/http/publicBaseUrl';

describe('siteUrl()', () => {
  it.each([
    { name: 'app.azurewebsites.net', url: 'https://app.azurewebsites.net' },
    { name: 'localhost:7071', url: 'http://localhost:7071' },
    { name: '', url: null },
    { name: undefined, url: null },
  ])('makes $url of the name $name', ({ name, url }) => {
    expect(siteUrl(name)).toBe(url);
  });
});
