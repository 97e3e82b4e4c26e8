// Shell 2: the command line and the daemon.
import { main } from './cli/main.ts';

// Whatever is still open at the end (a terminal being read, a socket closing) must not keep the process.
process.exit(await main(process.argv.slice(2)));
