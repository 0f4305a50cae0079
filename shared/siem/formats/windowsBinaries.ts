/** Folders that hold Windows itself. */
const SYSTEM_FOLDER =
  /^(?:[a-z]:|%(?:windir|systemroot)%|\\device\\harddiskvolume\d{1,3}|\\systemroot)?\\?(?:windows\\)?(?:system32|syswow64|sysnative)(?:\\|$)/i;
const WINDOWS_FOLDER = /^(?:[a-z]:|\\device\\harddiskvolume\d{1,3})\\windows$/i;
/** What nearly every process tree on Windows contains. Tools that attackers bring along are not among them. */
const NAMES: ReadonlySet<string> = new Set([
  'cmd.exe',
  'powershell.exe',
  'powershell_ise.exe',
  'conhost.exe',
  'explorer.exe',
  'svchost.exe',
  'services.exe',
  'lsass.exe',
  'csrss.exe',
  'smss.exe',
  'wininit.exe',
  'winlogon.exe',
  'userinit.exe',
  'dllhost.exe',
  'taskhostw.exe',
  'taskhost.exe',
  'sihost.exe',
  'runtimebroker.exe',
  'spoolsv.exe',
  'wmiprvse.exe',
  'wsmprovhost.exe',
  'rundll32.exe',
  'regsvr32.exe',
  'mshta.exe',
  'wscript.exe',
  'cscript.exe',
  'msiexec.exe',
  'net.exe',
  'net1.exe',
  'sc.exe',
  'reg.exe',
  'schtasks.exe',
  'at.exe',
  'wevtutil.exe',
  'whoami.exe',
  'ipconfig.exe',
  'ping.exe',
  'nslookup.exe',
  'netstat.exe',
  'systeminfo.exe',
  'tasklist.exe',
  'taskkill.exe',
  'taskmgr.exe',
  'mmc.exe',
  'certutil.exe',
  'bitsadmin.exe',
  'vssadmin.exe',
  'wbadmin.exe',
  'bcdedit.exe',
  'wmic.exe',
  'werfault.exe',
  'cmstp.exe',
  'searchindexer.exe',
  'searchprotocolhost.exe',
  'ctfmon.exe',
  'dwm.exe',
  'fontdrvhost.exe',
]);
const MAX_LENGTH = 1024;

/**
 * Whether a file is Windows' own: a name that every Windows has, in the folder where it has it. Its digest is on every
 * machine, so that looking it up answers nothing. `path`: the full path, or the folder when `name` is given.
 */
export function isWindowsBinary(path: string, name: string | null): boolean {
  if (path.length > MAX_LENGTH) return false;
  const whole = path.replaceAll('/', '\\').replace(/\\$/, '');
  const cut = whole.lastIndexOf('\\');
  const hasName = name === null || whole.slice(cut + 1).toLowerCase() === name.toLowerCase();
  const folder = hasName ? whole.slice(0, Math.max(cut, 0)) : whole;
  const file = name ?? whole.slice(cut + 1);
  const isSystem = SYSTEM_FOLDER.test(folder) || WINDOWS_FOLDER.test(folder);
  return isSystem && NAMES.has(file.toLowerCase());
}
