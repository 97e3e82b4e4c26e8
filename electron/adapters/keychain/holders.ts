import type { Run } from './run.ts';

export type HolderName = 'macos-keychain' | 'secret-service' | 'windows-dpapi' | 'file';

/** Keeps one key of 32 bytes, as 64 hexadecimal digits. Each answers undefined when it cannot; nothing throws. */
export interface Holder {
  name: HolderName;
  /** What is written beside the secrets to find the key again (a DPAPI holder returns the wrapped key itself). */
  put(id: string, key: string): Promise<string | undefined>;
  take(id: string, note: string): Promise<string | undefined>;
  drop(id: string): Promise<void>;
  /** What a person does when the key cannot be had. */
  remedy: string;
}

const service = 'switchyard';
const isKey = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

function macosKeychain(run: Run): Holder {
  const find = async (id: string): Promise<string | undefined> => {
    const { code, stdout } = await run('/usr/bin/security', ['find-generic-password', '-s', service, '-a', id, '-w'], '');
    return code === 0 && isKey(stdout.trim()) ? stdout.trim() : undefined;
  };
  return {
    name: 'macos-keychain',
    // Its interactive mode takes the command with the key from standard input. It answers 0 whatever happened, hence the second look.
    put: async (id, key) => {
      await run('/usr/bin/security', ['-i'], `add-generic-password -U -s ${service} -a ${id} -l Switchyard -w ${key}\n`);
      return (await find(id)) === key ? '' : undefined;
    },
    take: find,
    drop: async (id) => void (await run('/usr/bin/security', ['delete-generic-password', '-s', service, '-a', id], '')),
    remedy: 'Unlock the login keychain (over SSH: `security unlock-keychain`) and try again.',
  };
}

function secretService(run: Run): Holder {
  const find = async (id: string): Promise<string | undefined> => {
    const { code, stdout } = await run('secret-tool', ['lookup', 'service', service, 'account', id], '');
    return code === 0 && isKey(stdout.trim()) ? stdout.trim() : undefined;
  };
  return {
    name: 'secret-service',
    put: async (id, key) => {
      const { code } = await run('secret-tool', ['store', '--label=Switchyard', 'service', service, 'account', id], key);
      return code === 0 && (await find(id)) === key ? '' : undefined;
    },
    take: find,
    drop: async (id) => void (await run('secret-tool', ['clear', 'service', service, 'account', id], '')),
    remedy: 'Unlock your keyring (log in to the desktop, or start gnome-keyring or KWallet) and try again.',
  };
}

// Reads Base64 from standard input and writes Base64, so that nothing secret is an argument.
const dpapi = (method: 'Protect' | 'Unprotect'): string[] => [
  '-NoProfile',
  '-NonInteractive',
  '-Command',
  `$ErrorActionPreference='Stop';Add-Type -AssemblyName System.Security;$b=[Convert]::FromBase64String([Console]::In.ReadToEnd().Trim());` +
    `[Console]::Out.Write([Convert]::ToBase64String([Security.Cryptography.ProtectedData]::${method}($b,$null,'CurrentUser')))`,
];

function windowsDpapi(run: Run): Holder {
  const powershell = 'powershell.exe';
  const unwrap = async (wrapped: string): Promise<string | undefined> => {
    const { code, stdout } = await run(powershell, dpapi('Unprotect'), wrapped);
    const key = Buffer.from(stdout.trim(), 'base64').toString('hex');
    return code === 0 && isKey(key) ? key : undefined;
  };
  return {
    name: 'windows-dpapi',
    put: async (_id, key) => {
      const { code, stdout } = await run(powershell, dpapi('Protect'), Buffer.from(key, 'hex').toString('base64'));
      const wrapped = stdout.trim();
      return code === 0 && wrapped !== '' && (await unwrap(wrapped)) === key ? wrapped : undefined;
    },
    take: (_id, note) => unwrap(note),
    drop: () => Promise.resolve(),
    remedy: 'Only the Windows account that kept the keys can read them: sign in with it and try again.',
  };
}

/** The keychain of the operating system, where it has one that we know. */
export function systemHolder(platform: NodeJS.Platform, run: Run): Holder | undefined {
  if (platform === 'darwin') return macosKeychain(run);
  if (platform === 'win32') return windowsDpapi(run);
  return platform === 'linux' ? secretService(run) : undefined;
}
