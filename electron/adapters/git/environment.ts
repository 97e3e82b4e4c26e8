/** Variables that would send git to another repository, or make it ask somebody. */
const kept = ([name]: [string, string | undefined]): boolean => !/^(GIT_|SSH_ASKPASS|EDITOR$|VISUAL$|PAGER$)/i.test(name);

/** What git is started with. */
export function environment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(kept));
}
