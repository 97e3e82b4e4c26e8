import { useCallback, useEffect, useState } from 'react';
import type { Result } from '../../../shared/protocol.ts';
import { act } from '../act.ts';

/** Names of the provider keys that are kept, and where. */
export function useKeys(): { keys: Result<'key.list'> | undefined; reload: () => void } {
  const [keys, setKeys] = useState<Result<'key.list'>>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    let here = true;
    void act('key.list', {}).then((found) => here && found && setKeys(found));
    return () => {
      here = false;
    };
  }, [round]);
  return { keys, reload: useCallback(() => setRound((each) => each + 1), []) };
}
