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

/** Something that a project brings along and that counts, or runs, only once the project is trusted. */
export interface ProjectLoad {
  kind: 'instructions' | 'config' | 'skill' | 'environment' | 'hook';
  /** Below the project, with slashes. */
  path: string;
  bytes: number;
  /** Where a link goes that leads out of the project. */
  leads?: string;
}
