import { type JSX, useEffect, useState } from 'react';
import { CommandMenu } from '../../parts/command-menu.tsx';
import { useUi } from '../../store/ui.ts';
import { useLayout } from '../shortcuts/layout.ts';
import { ShortcutList } from '../shortcuts/list.tsx';
import { choiceGroup, type PalettePage, projectGroup, rootGroups } from './groups.tsx';

const placeholders: Record<PalettePage, string> = {
  model: 'Which model?',
  effort: 'How much effort?',
  profile: 'What may it do?',
  project: 'In which project?',
};

const setPage = (palettePage: PalettePage | undefined): void => useUi.setState({ palettePage });

function Menu(): JSX.Element {
  const open = useUi((ui) => ui.palette);
  const page = useUi((ui) => ui.palettePage);
  const layout = useLayout();
  const [text, setText] = useState('');
  /** It was opened on a page of its own: there is nothing to go back to. */
  const [direct, setDirect] = useState(false);
  useEffect(() => {
    if (!open) return;
    setText('');
    setDirect(useUi.getState().palettePage !== undefined);
  }, [open]);
  const turn = (to: PalettePage | undefined): void => {
    setText('');
    setPage(to);
  };
  const close = (): void => useUi.setState({ palette: false, palettePage: undefined });
  // Read when it opens or turns a page: rows that move under the hand are worse than a minute-old one.
  const groups = !open ? [] : page === undefined ? rootGroups(text, layout, turn) : page === 'project' ? projectGroup() : choiceGroup(page);
  return (
    <CommandMenu
      open={open}
      label="Command palette"
      placeholder={page === undefined ? 'Type a command, a thread or a project' : placeholders[page]}
      groups={groups}
      text={text}
      onText={setText}
      onClose={close}
      onBack={page === undefined || direct ? undefined : () => turn(undefined)}
    />
  );
}

/** Everything by its name. The list of shortcuts opens from anywhere as well. */
export function Palette(): JSX.Element {
  return (
    <>
      <Menu />
      <ShortcutList />
    </>
  );
}
