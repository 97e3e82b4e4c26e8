// The runtime as a utility process: in a release it runs on Electron's own Node.
import { MessageChannelMain, type MessagePortMain, utilityProcess } from 'electron';

export interface Utility {
  port: MessagePortMain;
  /** With its exit code and the last that it said. */
  ended: Promise<{ code: number; said: string }>;
  stop(): void;
}

const lastWords = 2000;

export function startUtility(program: string, env: Record<string, string | undefined>): Utility {
  const child = utilityProcess.fork(program, [], { env, serviceName: 'Switchyard runtime', stdio: ['ignore', 'ignore', 'pipe'] });
  const { port1, port2 } = new MessageChannelMain();
  child.postMessage(null, [port2]);
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString('utf8')).slice(-lastWords);
    process.stderr.write(bytes);
  });
  const ended = new Promise<{ code: number; said: string }>((resolve) => child.once('exit', (code) => resolve({ code, said })));
  return { port: port1, ended, stop: () => void child.kill() };
}
