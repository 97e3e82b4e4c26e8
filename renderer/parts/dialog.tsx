import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type JSX, type ReactNode, useRef } from 'react';
import { Button, IconButton } from './button.tsx';

const backdrop = 'fixed inset-0 z-40 bg-bg/70';
const popup =
  'fixed top-[12vh] left-1/2 z-40 flex max-h-[76vh] -translate-x-1/2 animate-appear flex-col rounded-box border bg-raised shadow-float outline-none';
const widths = {
  narrow: 'w-[min(440px,calc(100vw-32px))]',
  usual: 'w-[min(560px,calc(100vw-32px))]',
  wide: 'w-[min(820px,calc(100vw-32px))]',
};

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  size?: keyof typeof widths;
  /** Stands at the bottom, right-aligned: buttons. */
  actions?: ReactNode;
  children: ReactNode;
}

export function Dialog({ open, onClose, title, size = 'usual', actions, children }: DialogProps): JSX.Element {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={backdrop} />
        <Base.Popup className={`${popup} ${widths[size]}`}>
          <Base.Title className={`shrink-0 truncate py-3.5 pr-12 pl-5 text-title font-strong ${size === 'wide' ? 'border-b' : ''}`}>
            {title}
          </Base.Title>
          <div className={`min-h-0 flex-1 overflow-y-auto px-5 pb-4 ${size === 'wide' ? 'pt-4' : ''}`}>{children}</div>
          {actions ? <div className="flex items-center justify-end gap-2 border-t px-5 py-3">{actions}</div> : null}
          {/* Last, so that what the dialog is for has the focus first. */}
          <div className="absolute top-3 right-3">
            <Base.Close render={<IconButton label="Close" icon={X} />} />
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

export interface ConfirmProps {
  open: boolean;
  title: string;
  /** What will happen, and whether it can be undone. */
  text: ReactNode;
  /** The verb on the button. */
  action: string;
  danger?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that can't be undone. What can't be undone does not have the focus. */
export function Confirm({ open, title, text, action, danger = false, onConfirm, onClose }: ConfirmProps): JSX.Element {
  const safe = useRef<HTMLButtonElement>(null);
  const main = useRef<HTMLButtonElement>(null);
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdrop} />
        <AlertDialog.Popup className={`${popup} ${widths.narrow}`} initialFocus={danger ? safe : main}>
          <div className="flex flex-col gap-2 px-5 pt-4 pb-4">
            <AlertDialog.Title className="text-title font-strong">{title}</AlertDialog.Title>
            <AlertDialog.Description className="text-pretty text-muted" render={<div />}>
              {text}
            </AlertDialog.Description>
          </div>
          <div className="flex items-center justify-end gap-2 border-t px-5 py-3">
            <Button ref={safe} onClick={onClose}>
              Cancel
            </Button>
            <Button
              ref={main}
              tone={danger ? 'danger' : 'primary'}
              onClick={() => {
                onConfirm();
                onClose();
              }}
            >
              {action}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
