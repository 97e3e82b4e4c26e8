import { toast } from '../store/ui.ts';
import { wordsOf } from './act.ts';
import { can, hostRequest } from './host.ts';

/** Puts text into the clipboard; a failure is said and answers false. `what` begins the sentence: `Path`, `Report`. */
export async function copyText(text: string, what = 'The text'): Promise<boolean> {
  try {
    if (can('copyText')) await hostRequest('copyText', { text });
    else await navigator.clipboard.writeText(text);
    return true;
  } catch (thrown) {
    toast(`${what} could not be copied. ${wordsOf(thrown)}`, 'stop');
    return false;
  }
}

/** The same, saying so. */
export async function copyWords(text: string, what: string): Promise<void> {
  if (await copyText(text, what)) toast(`${what} copied`);
}
