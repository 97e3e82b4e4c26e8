import { wordsOf } from '../../../connection/act.ts';
import { copyText } from '../../../connection/clipboard.ts';
import { can, hostRequest } from '../../../connection/host.ts';
import type { TextActions } from '../../../parts/copy.tsx';
import { toast } from '../../../store/ui.ts';

/** Links go to the person's own browser, never into this window. */
export const textActions: TextActions = {
  openLink(url) {
    if (can('openExternal')) hostRequest('openExternal', { url }).catch((thrown: unknown) => toast(wordsOf(thrown), 'stop'));
    else window.open(url, '_blank', 'noopener,noreferrer');
  },
  async copy(text) {
    await copyText(text);
  },
};
