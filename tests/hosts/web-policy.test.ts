import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createPolicyFile } from '../../electron/adapters/config/policy.ts';
import { testPlace } from '../../electron/adapters/config/policy-place.ts';
import { createWebHost } from '../../electron/host/web-host.ts';
import { tempFolder } from '../support/temp.ts';

it('a window is served to a browser only where the organisation allows it, and no longer than that [POL-3]', async () => {
  const home = tempFolder('home');
  const folder = path.join(home, 'page');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'index.html'), '<p>the window</p>');
  const file = path.join(tempFolder('policy'), 'policy.toml');
  const govern = (text: string): void => writeFileSync(file, text, { mode: 0o644 });
  const host = () => createWebHost({ home, folder, port: 0, keys: async () => ({}), policy: createPolicyFile(testPlace(file)) });

  for (const [text, line] of [
    ['[web]\nenabled = false\n', 2],
    ['[web]\nenabled = "no"\n', 2],
    ['\n=\n', 2],
  ] as const) {
    govern(text);
    await expect(host(), text).rejects.toMatchObject({ code: 'denied', data: { policy: 'web.enabled', file, line } });
  }
  rmSync(file);
  const served = await host();
  onTestFinished(() => served.close());
  const open = await fetch(served.url);
  expect(open.status).toBe(200);
  const cookie = open.headers.get('set-cookie')?.split(';')[0] ?? '';
  const read = () => fetch(new URL('/', served.url), { headers: { cookie } });
  expect(await (await read()).text()).toBe('<p>the window</p>');
  govern('[web]\nenabled = false\n');
  const refused = await read();
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain(`(web.enabled in ${file}:2)`);
  govern('[web]\nenabled = true\n');
  expect((await read()).status).toBe(200);
});
