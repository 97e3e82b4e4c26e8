import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { contentPolicy, createPage } from '../../electron/host/page.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

describe('the page', () => {
  let folder: string;
  beforeAll(() => {
    const outer = tempFolder('page');
    folder = path.join(outer, 'renderer');
    writeFiles(folder, {
      'index.html': '<!doctype html>',
      'assets/index-1.js': '1',
      'assets/index-1.css': 'a{}',
      'assets/.hidden.js': 'secret',
      'notes.txt': 'not a type of ours',
    });
    writeFileSync(path.join(outer, 'secret.js'), 'secret');
    mkdirSync(path.join(outer, 'renderer-other'));
    writeFileSync(path.join(outer, 'renderer-other', 'secret.js'), 'secret');
    symlinkSync(path.join(outer, 'secret.js'), path.join(folder, 'assets', 'link.js'));
    symlinkSync(path.join(outer, 'renderer-other'), path.join(folder, 'other'));
  });
  const get = (pathname: string) => createPage(folder).answer(pathname);

  it('is the built files, each with its type and the same strict policy', async () => {
    const html = await get('/');
    expect([html.status, html.headers['content-type'], html.headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-store',
    ]);
    const script = await get('/assets/index-1.js');
    expect([script.status, script.headers['content-type'], Buffer.from(script.body).toString()]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      '1',
    ]);
    expect((await get('/assets/index-1.css')).headers['content-type']).toBe('text/css; charset=utf-8');
    for (const answer of [html, script, await get('/nothing')]) {
      expect(answer.headers['content-security-policy']).toBe(contentPolicy);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('has a policy that lets nothing in from elsewhere and nothing inline but style attributes', () => {
    expect(contentPolicy).toContain("default-src 'none'");
    expect(contentPolicy).not.toMatch(/https?:|\*|unsafe-eval|ws:/);
    expect(contentPolicy.replace("style-src-attr 'unsafe-inline'", '')).not.toContain('unsafe');
  });

  it.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/..%2fsecret.js',
    '/%2e%2e/secret.js',
    '/%2e%2e%2fsecret.js',
    '/..%5csecret.js',
    '/..\\secret.js',
    '/assets/%2e%2e/%2e%2e/secret.js',
    '//etc/passwd',
    '/etc/passwd',
    '/%00/index.html',
    '/index.html%00.js',
    '/index.html::$DATA',
    '/c:/windows/win.js',
    '/assets/link.js',
    '/other/secret.js',
    '/assets/.hidden.js',
    '/notes.txt',
    '/assets',
    '/assets/',
    '/%E0%A4%A',
    '',
    '/nowhere',
    '/__proto__',
    '/index.html/',
  ])('has nothing at %s', async (pathname) => {
    const { status, body } = await get(pathname);
    expect(status).toBe(404);
    expect(Buffer.from(body).toString()).not.toContain('secret');
  });
});
