import { type Cursor, deeper, giveUp, type Word } from './cursor.ts';
import { seeThrough } from './through.ts';

/** Notes a command, and what it runs in turn. */
export function run(cursor: Cursor, words: Word[], plain: boolean): void {
  const [program] = words;
  cursor.found.steps += words.length;
  if (program?.kind !== 'sure' || program.text === '') return giveUp(cursor);
  cursor.found.commands.push({ words, plain });
  const { commands, scripts, understood } = seeThrough(words);
  deeper(cursor, () => {
    for (const inner of commands) run(cursor, inner, false);
    for (const script of scripts) cursor.script(script, cursor);
  });
  if (!understood) giveUp(cursor);
}
