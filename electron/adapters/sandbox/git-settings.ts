import path from 'node:path';

// A repository that a command has made (`git init`, `git clone`) has settings that only describe it. They run nothing.

const harmless =
  /^(core\.(repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|symlinks)|user\.(name|email)|init\.defaultbranch|submodule\.active|extensions\.(objectformat|refstorage)|branch\.(remote|merge|rebase)|remote\.(fetch|tagopt))$/;
/** Of an address's kinds some are programs to be run (`ext::`). */
const plainAddress = /^(https?|ssh|git|file):\/\/[^\s]+$|^\/[^\s:]*$|^[\w.-]+@[\w.-]+:[\w./~-]+$/;

/** Are these the settings of a new repository, in which nothing is that git would run or be led away by? Anything unusual counts as no. */
export function plainSettings(file: string, bytes: Uint8Array): boolean {
  // The sandbox makes empty ones itself, to mount them.
  if (bytes.length === 0) return /\/(config|config\.worktree|info\/attributes)$/.test(file);
  if (path.basename(file) !== 'config') return false;
  let section: string | undefined;
  for (const line of Buffer.from(bytes).toString('utf8').split('\n')) {
    if (line.trim() === '') continue;
    const header = /^\[([a-z]+)(?: "[^"\\\]]*")?\]$/i.exec(line)?.[1];
    if (header !== undefined) {
      section = header.toLowerCase();
      continue;
    }
    const [, key, value] = /^\t([a-z]+) = ([^\\]*)$/i.exec(line) ?? [];
    if (section === undefined || key === undefined || value === undefined) return false;
    const name = `${section}.${key.toLowerCase()}`;
    if (name === 'remote.url' ? !plainAddress.test(value) : !harmless.test(name)) return false;
  }
  return true;
}

/** Are these the settings from before with sections after them that were not there, and in which nothing is that git would run? */
export function plainlyAdded(file: string, before: Uint8Array, now: Uint8Array): boolean {
  const [old, all] = [Buffer.from(before), Buffer.from(now)];
  if (!all.subarray(0, old.length).equals(old) || (old.length > 0 && old.at(-1) !== 10)) return false;
  const added = all.subarray(old.length);
  const sections = (text: Buffer): string[] =>
    text
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trimStart().startsWith('['))
      .map((line) => line.toLowerCase().replaceAll(/\s/g, ''));
  const known = sections(old);
  return added.length > 0 && added[0] === 91 && plainSettings(file, added) && !sections(added).some((each) => known.includes(each));
}
