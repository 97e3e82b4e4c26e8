import { describe, expect, it } from 'vitest';
import { externalUrl, originOf, readDeepLink } from '../../electron/desktop/links.ts';

describe('a deep link', () => {
  it('names a thread', () => {
    expect(readDeepLink('switchyard://thread/thread-01ABC_x')).toBe('thread-01ABC_x');
    expect(readDeepLink('switchyard://thread/t1/')).toBe('t1');
  });

  it.each([
    'switchyard://thread/',
    'switchyard://thread/a/b',
    'switchyard://thread/../settings',
    'switchyard://thread/a?run=1',
    'switchyard://thread/a#x',
    'switchyard://thread/a b',
    'switchyard://thread/%2e%2e',
    `switchyard://thread/${'a'.repeat(65)}`,
    'switchyard://settings/a',
    'SWITCHYARD://thread/a\nb',
    'https://thread/a',
    '--no-sandbox',
    '',
  ])('is not %j', (text) => {
    expect(readDeepLink(text)).toBeUndefined();
  });
});

describe('a link to outside', () => {
  it('is of the web or mailto', () => {
    expect(externalUrl('http://example.com')).toBe('http://example.com/');
    expect(externalUrl('https://example.com/a?b#c')).toBe('https://example.com/a?b#c');
    expect(externalUrl('mailto:a@example.com')).toBe('mailto:a@example.com');
  });

  it.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'switchyard://thread/a',
    'smb://host/share',
    'ms-msdt:/id',
    'vscode://file/etc',
    'https://user:secret@example.com',
    'https://github.com@evil.example',
    'https://',
    '//example.com',
    'example.com',
    '',
    ' ',
  ])('is not %j', (text) => {
    expect(externalUrl(text)).toBeUndefined();
  });

  it('has its origin also when Node does not know the scheme', () => {
    expect(originOf('app://switchyard/assets/a.js')).toBe('app://switchyard');
    expect(originOf('nothing')).toBeUndefined();
  });
});
