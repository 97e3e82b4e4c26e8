// @vitest-environment jsdom
import { act, cleanup, render } from '@testing-library/react';
import { createElement } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { CodeBlock } from '../../renderer/parts/code-block.tsx';
import type { HighlightReply, HighlightRequest } from '../../renderer/parts/highlight.worker.ts';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('lets its worker go when there was nothing to colour for a while, keeps what was coloured, and starts another when asked again', async () => {
  vi.useFakeTimers();
  const workers: { asked: HighlightRequest[]; gone: boolean; answer(): void }[] = [];
  // A worker's own `this` is what the program holds: a plain function makes one.
  function FakeWorker() {
    let heard: (event: { data: HighlightReply }) => void = () => undefined;
    const own = {
      asked: [] as HighlightRequest[],
      gone: false,
      answer: () => {
        for (const { id, code } of own.asked.splice(0)) heard({ data: { id, lines: [[['keyword', code]]] } });
      },
    };
    workers.push(own);
    return {
      addEventListener: (type: string, listener: typeof heard) => {
        if (type === 'message') heard = listener;
      },
      postMessage: (request: HighlightRequest) => void own.asked.push(request),
      terminate: () => {
        own.gone = true;
      },
    };
  }
  vi.stubGlobal('Worker', FakeWorker);

  const show = (code: string): HTMLElement => render(createElement(CodeBlock, { code, language: 'ts' })).container;
  const coloured = (place: HTMLElement): boolean => place.querySelector('.text-accent') !== null;
  const answer = async (): Promise<void> => act(async () => workers.at(-1)?.answer());
  const first = show('one');
  await answer();
  expect(coloured(first)).toBe(true);
  vi.advanceTimersByTime(9_000);
  // Asked again in time, and it takes long to answer: it stays.
  const second = show('two');
  vi.advanceTimersByTime(60_000);
  expect(workers.map(({ gone }) => gone)).toEqual([false]);
  await answer();
  vi.advanceTimersByTime(10_000);
  expect(workers.map(({ gone }) => gone)).toEqual([true]);
  expect(coloured(first) && coloured(second)).toBe(true);
  // What was coloured before needs none.
  expect(coloured(show('one'))).toBe(true);
  expect(workers).toHaveLength(1);
  const third = show('three');
  await answer();
  expect(coloured(third)).toBe(true);
  expect(workers.map(({ gone }) => gone)).toEqual([true, false]);
});
