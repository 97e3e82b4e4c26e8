import { type JSX, useState, useSyncExternalStore } from 'react';
import { request } from '../../connection/connection.ts';
import { can, hostRequest } from '../../connection/host.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { TextField } from '../../parts/field.tsx';
import { toast } from '../../store/ui.ts';
import { act, wordsOf } from '../act.ts';
import { newThread } from '../shortcuts/window-actions.ts';

let open = false;
const listeners = new Set<() => void>();
function setOpen(next: boolean): void {
  open = next;
  for (const listener of listeners) listener();
}
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Lets the person choose a folder: in the system's dialog, or by its path where there is none. */
export async function askForProject(): Promise<void> {
  if (!can('pickFolder')) return setOpen(true);
  try {
    const { path } = await hostRequest('pickFolder', { title: 'Add a project' });
    const added = path === null ? undefined : await act('project.add', { path });
    if (added) newThread(added.projectId);
  } catch (thrown) {
    toast(wordsOf(thrown), 'stop');
  }
}

/** The dialog of a window whose host has none. */
export function AddProject(): JSX.Element | null {
  const shown = useSyncExternalStore(subscribe, () => open);
  return shown ? <PathDialog /> : null;
}

function PathDialog(): JSX.Element {
  const [path, setPath] = useState('');
  const [error, setError] = useState<string>();
  const add = async (): Promise<void> => {
    if (path.trim() === '') return setError('Write the path of a folder, for example /home/me/web-shop.');
    try {
      const { projectId } = await request('project.add', { path: path.trim() });
      setOpen(false);
      newThread(projectId);
    } catch (thrown) {
      setError(wordsOf(thrown));
    }
  };
  return (
    <Dialog
      open
      title="Add a project"
      onClose={() => setOpen(false)}
      actions={
        <>
          <Button onClick={() => setOpen(false)}>Cancel</Button>
          <Button tone="primary" onClick={() => void add()}>
            Add folder
          </Button>
        </>
      }
    >
      <TextField
        label="Folder on this machine"
        value={path}
        mono
        placeholder="For example /home/me/web-shop"
        hint="It starts untrusted: nothing in it is loaded or run until you say so."
        error={error}
        onChange={(next) => {
          setPath(next);
          setError(undefined);
        }}
        onEnter={() => void add()}
      />
    </Dialog>
  );
}
