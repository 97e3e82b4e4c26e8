// Shell 3: the window in a browser on this machine. `switchyard serve` is its door.
import { connect, findHome, keysFrom, makeHome, usualKeys } from './host/connect.ts';
import { createWebHost } from './host/web-host.ts';

export interface Served {
  /** Works once, in one browser. */
  url: string;
  /** Resolves once nothing runs and nobody else is attached; `now` ends what runs. */
  close(options?: { now?: boolean }): Promise<void>;
}

/** Serves the window, with this process as the owner of the data folder or as a client of whoever is. */
export async function serveWindow(options: { port: number; onStaying?(why: string): void }): Promise<Served> {
  const home = findHome();
  makeHome(home);
  const { port, onStaying } = options;
  const connection = await connect({
    home,
    client: 'serve',
    role: 'window',
    keys: keysFrom(process.env, usualKeys),
    ...(onStaying ? { onStaying } : {}),
  });
  const keys = async (): Promise<Record<string, string>> => {
    const { providers } = await connection.request('settings.read', {});
    return keysFrom(process.env, [...usualKeys, ...providers.flatMap(({ apiKeyEnv }) => apiKeyEnv ?? [])]);
  };
  try {
    const host = await createWebHost({ home, port, keys });
    return {
      url: host.url,
      close: async (how) => {
        await host.close();
        await connection.close(how);
      },
    };
  } catch (thrown) {
    await connection.close({ now: true });
    throw thrown;
  }
}
