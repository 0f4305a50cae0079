import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INDICATOR_KINDS } from '../../shared/indicators/Indicator';

const root = join(__dirname, '..', '..');
const DOMAINS = [
  ...INDICATOR_KINDS,
  'hash',
  'indicator',
  'body',
  'message',
  'lookup',
  'defender',
  'quota',
  'queue',
];
const CODE = new RegExp(`'((?:${DOMAINS.join('|')})\\.[a-z][A-Za-z0-9]+)'`, 'g');
/** Files that name fields of products, such as `host.name`, which look like codes. */
const FIELDS = /^formats\b|productEnvelopes/;
/** Codes of errors that are handled before they could become a reason, or that only health and problems show. */
const HANDLED = new Set([
  'defender.throttled',
  'defender.unauthorized',
  'quota.rowUnreadable',
  'quota.rowLost',
  'quota.settingsPending',
]);

/** Reason codes as they stand in the sources of folders that make records and quarantine messages. */
function codesInSources(): string[] {
  const folders = [
    'shared/indicators',
    'shared/kinds',
    'shared/siem',
    'shared/calls',
    'shared/lookups',
    'shared/messaging',
    'shared/records',
    'shared/quota',
    'shared/defender',
  ];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !FIELDS.test(name))
      .map((name) => join(root, folder, name)),
  );
  const codes = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(CODE)].map(([, code]) => code ?? ''),
  );
  return [...new Set(codes)].filter((code) => !HANDLED.has(code)).sort();
}

describe('docs/records.md', () => {
  it('lists every reason code, and none that does not exist', () => {
    const text = readFileSync(join(root, 'docs/records.md'), 'utf8');
    const listed = [...text.matchAll(/^\| `([a-z]+\.[A-Za-z0-9]+)` +\|/gm)].map(
      ([, code]) => code ?? '',
    );

    expect([...new Set(listed)].sort()).toEqual(codesInSources());
  });
});
