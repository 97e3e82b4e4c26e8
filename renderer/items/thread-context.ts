import { createContext, useContext } from 'react';

/** The thread whose items are shown. */
export const ThreadContext = createContext<{ threadId: string; projectId: string }>({ threadId: '', projectId: '' });
export const useThread = (): { threadId: string; projectId: string } => useContext(ThreadContext);
