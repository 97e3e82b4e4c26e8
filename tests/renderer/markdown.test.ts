// @vitest-environment jsdom
import { cleanup, fireEvent, render } from '@testing-library/react';
import { createElement } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TextActionsProvider } from '../../renderer/parts/copy.tsx';
import { Markdown, safeUrl } from '../../renderer/parts/markdown.tsx';

afterEach(cleanup);

const openLink = vi.fn<(url: string) => void>();
const actions = { openLink, copy: () => {} };
const tree = (text: string, open = false) =>
  createElement(TextActionsProvider, { actions, children: createElement(Markdown, { text, open }) });
const show = (text: string, open = false): HTMLElement => render(tree(text, open)).container;

/** Whatever could run, load or lead somewhere by itself. */
const dangerous =
  'script, style, iframe, object, embed, form, input, svg:not([class]), math, img, video, audio, source, link, meta, base, [href], [src], [srcset], [style], [id]';
const handlers = (element: HTMLElement): string[] =>
  [...element.querySelectorAll('*')].flatMap((each) => each.getAttributeNames().filter((name) => name.startsWith('on')));

describe('hostile Markdown shows as text', () => {
  it.each([
    ['scripts', '<script>window.pwned = 1</script>'],
    ['pictures', '<img src=x onerror="window.pwned = 1">'],
    ['inline HTML', 'a <b onclick="x()">bold</b> <iframe src="https://evil.test"></iframe>'],
    ['styles', '<div style="position:fixed;inset:0">over it all</div>'],
    ['styles in a block', '<style>* { display: none }</style>'],
    ['drawings', '<svg onload="window.pwned = 1"><script>1</script></svg>'],
    ['remote images', '![pixel](https://evil.test/pixel.png "t")'],
    ['images by reference', '![pixel][p]\n\n[p]: https://evil.test/pixel.png'],
    ['scripts in links', '[click](javascript:alert(1)) [click](JaVaScRiPt:alert(1)) [click](&#106;avascript:alert(1)) [x](java\nscript:1)'],
    ['links of the app itself', '[open](switchyard://thread/1) [file](file:///etc/passwd) [app](app://window/)'],
    ['data links', '[d](data:text/html,<script>1</script>) [v](vbscript:x) [b](blob:https://x/1)'],
    ['relative links', '[r](/settings) [h](#x) [p](//evil.test) [q](../..)'],
    ['autolinks', '<javascript:alert(1)> <https://example.com>'],
    ['footnotes', 'Text[^1]\n\n[^1]: Note'],
    ['task lists', '- [x] done\n- [ ] open'],
    ['tables with HTML', '| a |\n|---|\n| <img src=x> |'],
    ['attributes out of code', '```"><script>1</script>\nx\n```'],
    ['half-written HTML', '<img src="https://evil.test/'],
  ])('%s', (_name, text) => {
    for (const open of [false, true]) {
      const element = show(text, open);
      expect([...element.querySelectorAll(dangerous)].map((each) => each.outerHTML)).toEqual([]);
      expect(handlers(element)).toEqual([]);
      expect(window).not.toHaveProperty('pwned');
      cleanup();
    }
  });

  it('keeps HTML readable', () => expect(show('<script>alert(1)</script>').textContent).toContain('<script>alert(1)</script>'));
  it('shows a picture as words', () => expect(show('![a chart](https://e.test/c.png)').textContent).toBe('[image: a chart]'));
  it('writes out what turns the direction', () => expect(show('a\u202Eb').textContent).toBe('a⟨U+202E⟩b'));
});

describe('links', () => {
  it('open by the callback only, by pointer and by key', () => {
    openLink.mockClear();
    const link = show('[docs](https://example.com/a b)\n\n[docs](https://example.com/a)').querySelector('[role="link"]')!;
    fireEvent.click(link);
    fireEvent.keyDown(link, { key: 'Enter' });
    fireEvent.keyDown(link, { key: 'a' });
    expect(openLink.mock.calls).toEqual([['https://example.com/a'], ['https://example.com/a']]);
  });

  it.each([
    ['https://example.com', 'https://example.com/'],
    ['http://example.com/x', 'http://example.com/x'],
    ['mailto:a@b.c', 'mailto:a@b.c'],
    ['javascript:alert(1)', undefined],
    [' javascript:alert(1)', undefined],
    ['java\tscript:alert(1)', undefined],
    ['switchyard://thread/1', undefined],
    ['https://', undefined],
    ['/x', undefined],
    [undefined, undefined],
  ])('%s', (url, expected) => expect(safeUrl(url)).toBe(expected));
});

describe('a growing text', () => {
  const start = 'First block.\n\nSecond **block**.\n\n';
  it('renders its open end only', () => {
    const { container, rerender } = render(tree(`${start}Third`, true));
    const paragraphs = [...container.querySelectorAll('p')];
    rerender(tree(`${start}Third one grows`, true));
    const after = [...container.querySelectorAll('p')];
    expect(after[0]).toBe(paragraphs[0]);
    expect(after.at(-1)?.textContent).toBe('Third one grows');
  });

  it('shows what is half written as it will be', () => {
    const { container } = render(tree('This is **bol', true));
    expect(container.querySelector('strong')?.textContent).toBe('bol');
  });

  it('shows open code as code', () => expect(show('```ts\nconst x = 1;', true).querySelector('pre')?.textContent).toBe('const x = 1;'));
});

it('shows a line of 5 MB in a moment, cut', () => {
  const from = performance.now();
  const text = show(`\`\`\`\n${'x'.repeat(5_000_000)}\n\`\`\``).querySelector('pre')?.textContent ?? '';
  expect(text.length).toBeLessThan(3000);
  expect(text).toContain('4,998,000 more characters');
  expect(performance.now() - from).toBeLessThan(3000);
});
