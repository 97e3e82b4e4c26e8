// A channel between a process and its parent, over two streams with the socket's framing.
import type { Readable, Writable } from 'node:stream';
import type { Channel } from '../../../shared/wire.ts';
import { createStreamChannel } from './stream.ts';

/** For a child: (process.stdin, process.stdout). For its parent: (child.stdout, child.stdin). */
export function createStdioChannel(input: Readable, output: Writable): Channel {
  return createStreamChannel(input, output, {
    destroy: () => {
      input.destroy();
      output.end();
    },
  });
}
