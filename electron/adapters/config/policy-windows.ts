// Who may write the policy file on Windows, from the security descriptors of the file and its folder. Node tells neither owner nor list.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Not from the environment, which the user writes. */
const powershell = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';

/** Administrators, the system, and the installer that belongs to it. */
const trusted = new Set(['BA', 'SY', 'S-1-5-32-544', 'S-1-5-18', 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464']);
/** Write, append, delete, attributes, owner and rights: what changes a file or puts another in its place. */
const writing = 0x0002 | 0x0004 | 0x0010 | 0x0040 | 0x0100 | 0x1_0000 | 0x4_0000 | 0x8_0000 | 0x1000_0000 | 0x4000_0000;
/** Rights that change nothing, by their two letters (SDDL, "ACE strings"). */
const reading = new Set(['FR', 'FX', 'GR', 'GX', 'RC', 'CC', 'SW', 'WP', 'LO']);

function writes(rights: string): boolean {
  if (/^0x[0-9a-f]+$/i.test(rights)) return (Number.parseInt(rights, 16) & writing) !== 0;
  return (rights.match(/../g) ?? []).some((each) => !reading.has(each));
}

/** Why a descriptor in SDDL leaves the file to others than administrators; undefined when it does not. */
export function wrongWithDescriptor(sddl: string): string | undefined {
  const owner = /O:(S-[\d-]+|[A-Z]{2})/.exec(sddl)?.[1];
  if (owner === undefined || !trusted.has(owner)) return `belongs to ${owner ?? 'nobody known'} and not to Administrators`;
  const list = /D:([A-Z]*)((?:\([^)]*\))*)/.exec(sddl);
  // Without a list everybody may do everything.
  if (!list || list[1]?.includes('NO_ACCESS_CONTROL')) return 'can be written by everybody';
  for (const [, entry = ''] of (list[2] ?? '').matchAll(/\(([^)]*)\)/g)) {
    const [type, flags = '', rights = '', , , who = ''] = entry.split(';');
    // An entry that is only handed on to what is below says nothing of the place itself.
    if (type === 'D' || type === 'OD' || flags.match(/../g)?.includes('IO') || trusted.has(who)) continue;
    if (writes(rights)) return `can be written by ${who}, not by administrators alone`;
  }
  return undefined;
}

/** Asks the system; what can't be told counts as wrong. Takes half a second. */
export function wrongOnWindows(file: string): string | undefined {
  for (const [place, what] of [
    [path.win32.dirname(file), 'the folder'],
    [file, 'it'],
  ] as const) {
    let sddl: string;
    try {
      // As an argument of its own, never as a part of the script.
      const script = '(Get-Acl -LiteralPath $args[0]).Sddl';
      sddl = execFileSync(powershell, ['-NoProfile', '-NonInteractive', '-Command', `& { ${script} }`, place], {
        encoding: 'utf8',
        timeout: 10_000,
        windowsHide: true,
      });
    } catch {
      return `it can't be told who may write ${what}`;
    }
    const wrong = wrongWithDescriptor(sddl.trim());
    if (wrong !== undefined) return `${what} ${wrong}`;
  }
  return undefined;
}
