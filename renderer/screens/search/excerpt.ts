import type { SearchHit } from '../../../shared/protocol/thread.ts';
import { visibleLine } from '../../parts/safe-text.ts';

/** A piece of an excerpt; what was looked for is marked. */
export interface Piece {
  text: string;
  marked: boolean;
}

/** The pieces, fit to be looked at, of an excerpt whose matches stand between U+E000 and U+E001. */
export function piecesOf(excerpt: string): Piece[] {
  const pieces: Piece[] = [];
  let marked = false;
  for (const part of excerpt.split(/([\uE000\uE001])/)) {
    if (part === '\uE000') marked = true;
    else if (part === '\uE001') marked = false;
    // Where code begins and ends is of no use in one line.
    else if (part !== '') pieces.push({ text: visibleLine(part.replaceAll(/`{3,}[\w-]*/g, '')), marked });
  }
  return pieces;
}

export interface HitGroup {
  threadId: string;
  title: string;
  hits: SearchHit[];
}

/** Hits by thread; a thread stands where its best hit stands. */
export function grouped(hits: readonly SearchHit[]): HitGroup[] {
  const groups = new Map<string, HitGroup>();
  for (const hit of hits) {
    const group = groups.get(hit.threadId) ?? { threadId: hit.threadId, title: hit.title, hits: [] };
    group.hits.push(hit);
    groups.set(hit.threadId, group);
  }
  return [...groups.values()];
}
