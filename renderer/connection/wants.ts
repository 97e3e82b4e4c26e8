import type { LoggedEvent } from '../../shared/protocol.ts';
import type { AppStore } from '../store/app.ts';

type Wants = AppStore['wants'];

/** What threads want of a person after an event; the very same object when nothing changed. */
export function wantsAfter(wants: Wants, event: LoggedEvent): Wants {
  const { stream } = event;
  const now = wants[stream] ?? {};
  switch (event.type) {
    case 'approval.opened':
      return { ...wants, [stream]: { ...now, [event.data.item.id]: event.data.item.subject.kind } };
    case 'question.opened':
      return { ...wants, [stream]: { ...now, [event.data.item.id]: 'question' } };
    case 'approval.closed':
    case 'question.closed': {
      const { [event.data.itemId]: _over, ...rest } = now;
      return { ...wants, [stream]: rest };
    }
    case 'turn.ended':
    case 'thread.archived': {
      if (!wants[stream]) return wants;
      const { [stream]: _thread, ...others } = wants;
      return others;
    }
    default:
      return wants;
  }
}
