/** A folder that the user added. Nothing in an untrusted one is loaded or run by itself. */
export interface Project {
  id: string;
  path: string;
  name: string;
  trusted: boolean;
  addedAt: number;
}

/** What is checked out: a branch, or no branch and the short name of a commit. */
export interface GitHead {
  branch?: string;
  commit?: string;
}
