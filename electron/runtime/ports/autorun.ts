import type { FileSide } from '../../../shared/domain/thread.ts';

/** A file that other tools run by themselves (shared/policy/autorun.ts) and that a command has changed. */
export interface AutorunChange {
  path: string;
  before: FileSide<Uint8Array>;
  after: FileSide<Uint8Array>;
}

/** Files as they were when it began, and which of them differ by now. */
export interface AutorunWatch {
  /** May be asked again; what it can't tell it throws, and then the next watch of the folder goes on from here. */
  changes(): Promise<AutorunChange[]>;
  /** What it found is in the log. Until then it outlives a crash: `cutOff` tells of it. */
  end(): void;
}

/** Files that other tools run by themselves: looked at, and brought from one state to another, through no link on the way. */
export interface AutorunPort {
  watch(folder: string): Promise<AutorunWatch>;
  /** What commands below a folder had changed that were running when the program was killed. */
  cutOff(folder: string): Promise<AutorunWatch>;
  /** This state of a file is nobody's doing who is watched. */
  permit(path: string, side: FileSide<Uint8Array>): void;
  /**
   * Makes the path be as `to` says, if it is as `from` says or as `to` already. `differs`: it is neither, and was left alone. What can't
   * be kept as bytes is moved aside; `aside` says where it is. AppError `unavailable` when it can't be done.
   */
  bring(path: string, from: FileSide<Uint8Array>, to: FileSide<Uint8Array>): Promise<{ done: 'done' | 'differs'; aside?: string }>;
}
