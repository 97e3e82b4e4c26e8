import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** The programs that confine on Linux. Their folders are looked at besides PATH, which may be short where a desktop starts us. */
const folders = ['/usr/bin', '/bin', '/usr/local/bin', '/usr/sbin', '/sbin'];

function programNamed(name: string): string | undefined {
  for (const folder of folders) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Look on.
    }
  }
  return undefined;
}

export interface Programs {
  bubblewrap: string;
  /** util-linux: joins the namespaces of a group of commands. */
  nsenter: string;
  /** Bubblewrap can also take away the right to make user namespaces; the system-call filter does so in any case. */
  disablesUserNamespaces: boolean;
}
/** Why there is none, and what to do about it. */
export interface Lacking {
  lacking: string;
  remedy: string;
}

const output = async (file: string, args: string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(file, args, { timeout: 10_000 }, (_, out, words) => resolve(`${out}${words}`));
  });

/** Only system folders are looked at: a bubblewrap that a project brings along in its PATH would confine nothing. */
export async function findPrograms(look: (name: string) => string | undefined = programNamed): Promise<Programs | Lacking> {
  const bubblewrap = look('bwrap');
  if (bubblewrap === undefined)
    return { lacking: 'bubblewrap was not found.', remedy: 'Install it: sudo apt-get install bubblewrap (Fedora: dnf, Arch: pacman -S).' };
  const nsenter = look('nsenter');
  if (nsenter === undefined) return { lacking: 'nsenter was not found.', remedy: 'Install util-linux.' };
  const options = await output(bubblewrap, ['--help']);
  // Without it a folder could be exchanged for a link between the look at it and the mount (CVE-2024-42472).
  if (!options.includes('--bind-fd'))
    return {
      lacking: 'bubblewrap is too old: it has no --bind-fd.',
      remedy: "Update bubblewrap; 0.10 has it, and distributions' repaired versions.",
    };
  return { bubblewrap, nsenter, disablesUserNamespaces: options.includes('--disable-userns') };
}
