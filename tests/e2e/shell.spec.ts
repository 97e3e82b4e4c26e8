import http from 'node:http';
import { expect, test } from './fixtures.ts';

test.describe('the window', () => {
  test('opens, connected, with a strict policy, and asks for nothing from elsewhere', async ({ app }) => {
    await expect(app.page).toHaveTitle(/Switchyard/);
    const policy = await app.page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'));
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    const own = app.host === 'electron' ? 'app://switchyard/' : `${app.origin}/`;
    const strange = app.requests.filter((url) => !url.startsWith(own) && !url.startsWith('data:') && !url.startsWith('blob:'));
    expect(strange).toEqual([]);
    expect(app.complaints).toEqual([]);
  });

  test('runs nothing inline and fetches nothing from elsewhere, whatever gets into the page', async ({ app }) => {
    const { page } = app;
    const seen = await page.evaluate(async () => {
      const blocked: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
      const holder = document.createElement('div');
      holder.innerHTML = `<img src="https://example.com/x.png"><img src="x:" onerror="window.ran=1"><iframe src="https://example.com"></iframe>
        <iframe srcdoc="<script>parent.ran=1</script>"></iframe><object data="https://example.com/x"></object><link rel="stylesheet" href="https://example.com/x.css">
        <a id="js" href="javascript:window.ran=1">x</a><form id="form" action="https://example.com"><button>x</button></form><base href="https://example.com/">`;
      document.body.append(holder);
      const script = document.createElement('script');
      script.textContent = 'window.ran = 1';
      document.body.append(script);
      const remote = document.createElement('script');
      remote.src = 'https://example.com/x.js';
      document.body.append(remote);
      document.querySelector<HTMLElement>('#js')?.click();
      document.querySelector<HTMLFormElement>('#form')?.requestSubmit();
      const reached = await Promise.allSettled([
        fetch('https://example.com/'),
        new Promise((resolve, reject) => {
          const socket = new WebSocket('wss://example.com/');
          socket.addEventListener('open', resolve);
          socket.addEventListener('error', reject);
        }),
        // Not in this call itself: what a debugger evaluates may evaluate more.
        new Promise((resolve, reject) => {
          setTimeout(() => {
            try {
              resolve(Reflect.construct(Function, ['return 1']));
            } catch (thrown) {
              reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
            }
          }, 50);
        }),
        new Promise((resolve, reject) => {
          const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
          worker.addEventListener('message', resolve);
          worker.addEventListener('error', reject);
        }),
      ]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      holder.remove();
      return { ran: 'ran' in window, reached: reached.map(({ status }) => status), blocked: Array.from(new Set(blocked)) };
    });
    expect(seen.ran).toBe(false);
    expect(seen.reached).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
    for (const directive of [
      'img-src',
      'frame-src',
      'script-src-elem',
      'style-src-elem',
      'connect-src',
      'worker-src',
      'form-action',
      'base-uri',
    ])
      expect(seen.blocked).toContain(directive);
  });

  test('goes nowhere and opens nothing', async ({ app }) => {
    test.skip(app.host === 'web', 'A browser goes where its user goes.');
    const { page, electron } = app;
    const before = page.url();
    const opened = await page.evaluate(() => window.open('https://example.com/') === null && window.open('/') === null);
    expect(opened).toBe(true);
    for (const url of ['https://example.com/', 'file:///etc/passwd', 'app://other/', 'app://switchyard/assets/x.js', 'data:text/html,x']) {
      await page.evaluate((to) => {
        const link = document.createElement('a');
        link.href = to;
        document.body.append(link);
        link.click();
        link.remove();
      }, url);
    }
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    expect(page.url()).toBe(before);
    // Playwright waits for a refused navigation to end, and so can not be asked in its usual way.
    const connection = (): Promise<string | undefined> =>
      page.evaluate(() => document.documentElement.dataset['connection']).catch(() => undefined);
    await expect.poll(connection).toBe('up');
    expect(await electron?.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    // Nobody is asked before a page leaves for this one: it is brought back.
    await page.evaluate(() => window.location.assign('about:blank')).catch(() => undefined);
    await expect.poll(() => page.url()).toBe(before);
    await expect.poll(connection).toBe('up');
    const given = await page.evaluate(async () => {
      const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read'];
      return Promise.all(names.map(async (name) => (await navigator.permissions.query({ name: name as PermissionName })).state));
    });
    expect(given.filter((state) => state === 'granted')).toEqual([]);
  });

  test('has a page that cannot reach Node or Electron', async ({ app }) => {
    test.skip(app.host === 'web', 'Electron only.');
    const found = await app.page.evaluate(() => ({
      node: ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter((name) => name in window),
      bridge: Object.keys((window as unknown as { switchyard: object }).switchyard),
    }));
    expect(found).toEqual({ node: [], bridge: ['connect'] });
    const settings = await app.electron?.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
      const { sandbox, contextIsolation, nodeIntegration, webviewTag, webSecurity } = contents.getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration, webviewTag, webSecurity };
    });
    expect(settings).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, webSecurity: true });
  });
});

test.describe('the page’s own address', () => {
  const outside = [
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/..%5c..%5c..%5cpackage.json',
    '//etc/passwd',
    '/etc/passwd',
    '/main.js',
    '/../main/main.js',
    '/%00',
  ];

  test('leads to nothing but the page', async ({ app }) => {
    for (const path of outside) {
      const status = await app.page.evaluate(
        async (to) => {
          try {
            return (await fetch(to)).status;
          } catch {
            return 'refused';
          }
        },
        path.startsWith('//') ? `${new URL(app.page.url()).origin}${path}` : path,
      );
      expect([400, 404, 'refused'], path).toContain(status);
    }
    if (app.host === 'electron') {
      const other = await app.page.evaluate(async () =>
        fetch('app://other/index.html').then(
          ({ status }) => status,
          () => 'refused',
        ),
      );
      expect(['refused', 404]).toContain(other);
    }
  });
});

test.describe('the runtime', () => {
  test('is killed: the window says so, reconnects and is told the truth', async ({ app }) => {
    test.skip(app.host === 'web', 'There the runtime is the server’s own process.');
    const html = app.page.locator('html');
    const first = app.runtimePid();
    await app.page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      new MutationObserver(() => seen.push(document.documentElement.dataset['connection'] ?? '')).observe(document.documentElement, {
        attributeFilter: ['data-connection'],
      });
    });
    process.kill(first, 'SIGKILL');
    await app.page.waitForFunction(() => (window as unknown as { seen: string[] }).seen.join().includes('down,up'));
    await expect(html).toHaveAttribute('data-connection', 'up');
    expect(app.runtimePid()).not.toBe(first);
    const { code, stdout } = await app.cli(['daemon', 'status', '--json']);
    expect([code, (JSON.parse(stdout) as { pid: number }).pid]).toEqual([0, app.runtimePid()]);
  });

  test('goes on without the window, and a new one shows it', async ({ app }) => {
    const before = app.runtimePid();
    await app.restartWindow();
    expect(app.runtimePid()).toBe(before);
  });

  test('ends with the application, and its data is there the next time', async ({ app }) => {
    const before = app.runtimePid();
    expect((await app.cli(['projects', 'add', app.home])).code).toBe(0);
    await app.restart();
    expect(app.runtimePid()).not.toBe(before);
    expect((await app.cli(['projects', 'list', '--json'])).stdout).toContain(app.home);
    expect(() => process.kill(before, 0)).toThrow();
  });

  test('is somebody else’s: the window joins it', async ({ app }) => {
    test.skip(app.host === 'web', 'The same path, tested without a browser.');
    const daemon = app.cli(['daemon', 'status', '--json']);
    expect(JSON.parse((await daemon).stdout)).toMatchObject({ role: 'window', pid: app.runtimePid() });
  });
});

test.describe('messages of any shape', () => {
  test('harm nobody', async ({ app }) => {
    test.skip(app.host === 'web', 'The same, with a WebSocket, in tests/hosts/web.test.ts.');
    const answers = await app.page.evaluate(async () => {
      const bridge = (window as unknown as { switchyard: { connect(): void } }).switchyard;
      const listen = window.addEventListener.bind(window);
      const open = (): Promise<readonly MessagePort[]> =>
        new Promise((resolve) => {
          const take = (event: MessageEvent<{ kind?: string } | null>): void => {
            if (event.data?.kind !== 'switchyard.ports') return;
            window.removeEventListener('message', take);
            resolve(event.ports);
          };
          listen('message', take);
          bridge.connect();
        });
      // The page itself must not come between: it hears of no more ports, and has asked for its last once it missed its own.
      const asked = new Promise<void>((resolve) => {
        window.addEventListener = ((type: string, ...more: [EventListener]) =>
          type === 'message' ? resolve() : listen(type, ...more)) as never;
      });
      await open();
      await asked;
      await new Promise((resolve) => setTimeout(resolve, 500));
      const wrong: unknown[] = [
        null,
        7,
        'text',
        [],
        {},
        { kind: 5 },
        { kind: 'destroy' },
        { kind: '__proto__' },
        { kind: 'hello' },
        { kind: 'hello', version: 'x', token: {} },
        { kind: 'request', id: -1, name: {}, params: [] },
        { kind: 'request', id: 1, name: 'turn.end', params: {} },
        { kind: 'chunk', channel: 'a' },
        { kind: 'chunk', channel: -1, bytes: 'x' },
        { kind: 'credit', channel: 1e99, bytes: -5 },
        { kind: 'subscribe', id: 1, stream: 5 },
        new Map([[1, 2]]),
        new Date(),
        new Uint8Array(3),
        { kind: 'welcome' },
        { kind: 'event', event: {} },
        { kind: 'refusal', error: 7 },
        { kind: 'reply', id: 1, error: 1 },
      ];
      const ends: string[] = [];
      for (const message of wrong) {
        const [runtime, host] = await open();
        if (!runtime || !host) throw new Error('no ports');
        const closed = new Promise<void>((resolve) => runtime.addEventListener('close', () => resolve()));
        runtime.start();
        host.start();
        host.postMessage(message);
        runtime.postMessage(message);
        const late = new Promise<string>((resolve) => setTimeout(() => resolve(`open after ${JSON.stringify(message)}`), 10_000));
        ends.push(await Promise.race([closed.then(() => 'closed'), late]));
      }
      return ends;
    });
    expect(answers.filter((end) => end !== 'closed')).toEqual([]);
    await app.restartWindow();
    expect((await app.cli(['daemon', 'status'])).code).toBe(0);
  });

  test('from a frame that is not ours are not heard', async ({ app }) => {
    test.skip(app.host === 'web', 'Electron only.');
    const heard = await app.electron?.evaluate(async ({ BrowserWindow, ipcMain }) => {
      const [window] = BrowserWindow.getAllWindows();
      const asked: string[] = [];
      const sent: unknown[] = [];
      const frame = { url: 'https://evil.example/' };
      const sender = { id: 99, mainFrame: frame, postMessage: (...values: unknown[]) => sent.push(values) };
      ipcMain.emit('connect', { sender, senderFrame: frame });
      ipcMain.emit('connect', { sender: window?.webContents, senderFrame: frame });
      ipcMain.emit('connect', { sender: window?.webContents, senderFrame: null });
      return { asked, sent };
    });
    expect(heard).toEqual({ asked: [], sent: [] });
    await app.connected();
  });
});

test.describe('a deep link', () => {
  test('to something else than a thread does nothing', async ({ app }) => {
    test.skip(app.host === 'web', 'Electron only.');
    await app.electron?.evaluate(({ app }) => {
      for (const words of [['switchyard://thread/../x'], ['switchyard://thread/a?b'], ['--load-extension=/x'], ['https://example.com']])
        app.emit('second-instance', {}, ['electron', ...words]);
    });
    await app.connected();
    expect(app.complaints).toEqual([]);
  });
});

test.describe('the local host', () => {
  test('lets in one browser, by its own name, and nobody else', async ({ app }) => {
    test.skip(app.host === 'electron', 'The local host only.');
    const { port } = new URL(app.origin ?? '');
    const get = (path: string, headers: http.OutgoingHttpHeaders): Promise<number> =>
      new Promise((resolve, reject) => {
        http.get({ host: '127.0.0.1', port, path, headers }, (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject);
      });
    const [cookie] = await app.page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(await app.page.evaluate(() => document.cookie)).toBe('');
    const own = `${cookie?.name}=${cookie?.value}`;
    expect(await get('/', { cookie: own })).toBe(200);
    expect(await get('/', {})).toBe(403);
    expect(await get('/', { cookie: own, host: 'evil.example' })).toBe(403);
    expect(app.page.url()).not.toContain('token');
    // Another browser has no cookie.
    const other = await app.page.context().browser()?.newContext();
    const second = await other?.newPage();
    expect((await second?.goto(app.origin ?? ''))?.status()).toBe(403);
    await other?.close();
  });
});
