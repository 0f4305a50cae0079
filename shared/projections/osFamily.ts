export type OsFamily = 'windows' | 'linux' | 'macos' | 'unix' | 'ios' | 'ipados' | 'android';

/** The first that fits decides; `osPlatform` is an open set, such as `Windows11`, `WindowsServer2022`, `RedHatEnterpriseLinux`. */
const FAMILIES: readonly (readonly [OsFamily, RegExp])[] = [
  [
    'linux',
    /linux|ubuntu|debian|centos|redhat|rhel|suse|sles|fedora|oracle|amazon|rocky|mariner|mint/,
  ],
  ['macos', /mac ?os/],
  ['unix', /unix/],
  ['windows', /windows/],
  ['ipados', /ipad/],
  ['ios', /^ios/],
  ['android', /android/],
];

/** What kind of system Defender's `osPlatform` names; null if that is not known. */
export function osFamily(platform: string | null): OsFamily | null {
  const text = platform?.toLowerCase() ?? '';
  return FAMILIES.find(([, names]) => names.test(text))?.[0] ?? null;
}
