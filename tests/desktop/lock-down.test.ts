import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { askBeforeLeaving } from '../../electron/desktop/leaving.ts';
import { lockDown } from '../../electron/desktop/lock-down.ts';
import { app, asked, choices, handlerOf } from '../support/fake-electron.ts';

const pathnames: string[] = [];
lockDown(async (pathname) => {
  pathnames.push(pathname);
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: new TextEncoder().encode('page') };
}, undefined);

describe('a page', () => {
  it('comes from our own scheme and host only', async () => {
    const handle = handlerOf('protocol.handle') as (request: { url: string; method: string }) => Promise<Response>;
    expect(await (await handle({ url: 'app://switchyard/assets/a.js', method: 'GET' })).text()).toBe('page');
    await handle({ url: 'app://other/assets/a.js', method: 'GET' });
    expect(pathnames).toEqual(['/assets/a.js', '/nowhere']);
  });

  it.each([
    ['app://switchyard/', false],
    ['blob:app://switchyard/1', false],
    ['data:image/png;base64,x', false],
    ['https://example.com/', true],
    ['http://127.0.0.1/', true],
    ['ws://127.0.0.1/', true],
    ['file:///etc/passwd', true],
    ['ftp://example.com', true],
    ['nonsense', true],
  ])('asks for %s: refused = %s', (url, cancel) => {
    const answers: unknown[] = [];
    handlerOf('onBeforeRequest')({ url }, (answer: unknown) => answers.push(answer));
    expect(answers).toEqual([{ cancel }]);
  });

  it('may write the clipboard and nothing else', () => {
    const request = handlerOf('permissionRequest');
    const check = handlerOf('permissionCheck');
    const given: Record<string, boolean> = {};
    for (const permission of [
      'clipboard-sanitized-write',
      'clipboard-read',
      'media',
      'geolocation',
      'notifications',
      'openExternal',
      'fullscreen',
      'hid',
      'usb',
    ]) {
      request(undefined, permission, (answer: unknown) => {
        given[permission] = answer === true && check(undefined, permission) === true;
      });
    }
    expect(Object.entries(given).filter(([, answer]) => answer)).toEqual([['clipboard-sanitized-write', true]]);
    expect(handlerOf('devicePermission')()).toBe(false);
  });

  it('goes nowhere, opens nothing and holds no other page', () => {
    let opener: ((details: { url: string }) => unknown) | undefined;
    const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler: (handler: typeof opener) => (opener = handler) });
    app.emit('web-contents-created', {}, contents);
    const refused = (event: string, url: string): boolean => {
      let prevented = false;
      contents.emit(event, { url, preventDefault: () => (prevented = true) });
      return prevented;
    };
    for (const url of [
      'https://example.com/',
      'file:///etc/passwd',
      'app://other/',
      'app://switchyard/assets/a.js',
      'about:blank',
      'javascript:1',
    ]) {
      for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect'])
        expect(refused(event, url), `${event} ${url}`).toBe(true);
    }
    expect(refused('will-navigate', 'app://switchyard/')).toBe(false);
    expect(refused('will-attach-webview', 'app://switchyard/')).toBe(true);
    expect(opener?.({ url: 'app://switchyard/' })).toEqual({ action: 'deny' });
  });
});

describe('leaving', () => {
  it('asks only when threads work', async () => {
    asked.length = 0;
    expect(await askBeforeLeaving(0, undefined)).toBe('quit');
    expect(asked).toEqual([]);
    choices.buttons.push(0, 1, 2);
    expect(await askBeforeLeaving(1, undefined)).toBe('background');
    expect(await askBeforeLeaving(2, undefined)).toBe('quit');
    expect(await askBeforeLeaving(2, undefined)).toBe('stay');
    expect(asked[0]?.[1]).toMatchObject({ message: 'A thread is still working.', cancelId: 2 });
  });
});
