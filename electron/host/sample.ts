// The bundled sample project, as a copy that may be worked on.
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { findHome, makeHome } from './home.ts';
import { resources } from './resources.ts';

/** What the story runs: allowed beforehand by whoever starts it, so that the one thing it asks for is its change. */
const allow = ['npm test'];

/** The copy in the data folder, made when there is none, and the words that begin the first story in it. */
export async function prepareSample(home: string = findHome()): Promise<{ folder: string; prompt: string; allow: string[] }> {
  makeHome(home);
  const [{ prepareSample }, { initRepository }, { readStories }] = await Promise.all([
    import('../adapters/rehearsal/sample.ts'),
    import('../adapters/git/init.ts'),
    import('../adapters/rehearsal/story.ts'),
  ]);
  const folder = path.join(home, 'sample');
  await prepareSample({ from: path.join(resources, 'sample'), to: folder, initRepository });
  const [story] = readStories(path.join(resources, 'rehearsal'));
  if (!story) throw new AppError('broken', 'The program came without its rehearsal.');
  return { folder, prompt: story.ask, allow };
}
