/** The first part of an id says what it names, for people who read logs; programs never look inside. */
export type IdKind = 'project' | 'thread' | 'turn' | 'item' | 'request' | 'command' | 'queue' | 'rule';
