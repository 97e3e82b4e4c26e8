import { useCallback, useEffect, useState } from 'react';
import type { Params, Result } from '../../../shared/protocol.ts';
import { readSettings } from '../../connection/connection.ts';
import { useApp } from '../../store/app.ts';
import { act, wordsOf } from '../act.ts';

export type SettingKey = Params<'setting.write'>['key'];

/** The settings as config.toml has them now, read again when a section opens: the file may be edited outside. */
export function useSettings(): {
  settings: Result<'settings.read'> | undefined;
  /** Why the file can't be used. */
  error: string | undefined;
  write(changes: Partial<Record<SettingKey, string | null>>): Promise<void>;
} {
  const settings = useApp((app) => app.settings);
  const [error, setError] = useState<string>();
  const read = useCallback(
    () =>
      readSettings().then(
        () => setError(undefined),
        (thrown: unknown) => setError(wordsOf(thrown)),
      ),
    [],
  );
  useEffect(() => void read(), [read]);
  const write = useCallback(
    async (changes: Partial<Record<SettingKey, string | null>>): Promise<void> => {
      for (const [key, value] of Object.entries(changes)) {
        if ((await act('setting.write', { key: key as SettingKey, value })) === undefined) break;
      }
      await read();
    },
    [read],
  );
  return { settings, error, write };
}
