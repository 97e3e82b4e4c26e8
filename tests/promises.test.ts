import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { promises } from './promises.ts';

const here = import.meta.dirname;
const families = [...new Set(promises.map(([id]) => id.replace(/-\d+$/, '')))];
const citation = new RegExp(`\\[((?:${families.join('|')})-\\d+)\\]`, 'g');

/** What disagrees between the rows and the citations (id -> files that cite it), as sentences. */
function disagreements(rows: typeof promises, cited: ReadonlyMap<string, readonly string[]>): string[] {
  const ids = rows.map(([id]) => id);
  const known = new Set(ids);
  return [
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${id} is listed twice`),
    ...rows.filter(([id, , state]) => state === 'proved' && !cited.has(id)).map(([id]) => `${id} is marked proved, but no test cites it`),
    ...[...cited].filter(([id]) => !known.has(id)).map(([id, files]) => `${files.join(', ')} cites ${id}, which is no promise`),
  ];
}

function citations(): Map<string, string[]> {
  const cited = new Map<string, string[]>();
  for (const file of globSync('**/*.{test,spec}.{ts,tsx}', { cwd: here })) {
    if (file === path.basename(import.meta.filename)) continue;
    for (const [, id = ''] of readFileSync(path.join(here, file), 'utf8').matchAll(citation)) {
      const files = cited.get(id) ?? [];
      if (!files.includes(file)) files.push(file);
      cited.set(id, files);
    }
  }
  return cited;
}

describe('the promises', () => {
  it('agree with the tests that cite them', () => {
    expect(disagreements(promises, citations())).toEqual([]);
  });

  it('are checked by a check that can fail', () => {
    const rows: typeof promises = [
      ['AGT-1', 'one', 'proved'],
      ['AGT-2', 'two', 'proved'],
      ['AGT-2', 'two again', 'not yet'],
    ];
    const cited = new Map([
      ['AGT-1', ['a.test.ts']],
      ['AGT-9', ['b.test.ts']],
    ]);
    expect(disagreements(rows, cited)).toEqual([
      'AGT-2 is listed twice',
      'AGT-2 is marked proved, but no test cites it',
      'b.test.ts cites AGT-9, which is no promise',
    ]);
  });
});
