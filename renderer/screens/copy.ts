import { can, hostRequest } from '../connection/host.ts';
import { toast } from '../store/ui.ts';
import { wordsOf } from './act.ts';

/** Puts text into the clipboard and says so. `what` begins the sentence: `Path`, `Report`. */
export async function copyWords(text: string, what: string): Promise<void> {
  try {
    if (can('copyText')) await hostRequest('copyText', { text });
    else await navigator.clipboard.writeText(text);
    toast(`${what} copied`);
  } catch (thrown) {
    toast(`${what} could not be copied. ${wordsOf(thrown)}`, 'stop');
  }
}
