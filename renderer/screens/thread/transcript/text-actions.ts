import { toErrorData } from '../../../../shared/errors.ts';
import { can, hostRequest } from '../../../connection/host.ts';
import type { TextActions } from '../../../parts/copy.tsx';
import { toast } from '../../../store/ui.ts';

const tell = (thrown: unknown): void => toast(toErrorData(thrown).message, 'stop');

/** Links go to the person's own browser, never into this window. */
export const textActions: TextActions = {
  openLink(url) {
    if (can('openExternal')) hostRequest('openExternal', { url }).catch(tell);
    else window.open(url, '_blank', 'noopener,noreferrer');
  },
  async copy(text) {
    try {
      if (can('copyText')) await hostRequest('copyText', { text });
      else await navigator.clipboard.writeText(text);
    } catch (thrown) {
      tell(thrown);
    }
  },
};
