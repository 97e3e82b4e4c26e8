import type { PageItem } from '../../../shared/protocol/thread.ts';
import { request } from '../../connection/connection.ts';
import { threadMarkdown } from './markdown.ts';

const pageSize = 500;

/** Reads a whole thread, page by page, and hands it to the person as a file. */
export async function exportMarkdown(threadId: string, title: string): Promise<void> {
  const pages: PageItem[][] = [];
  let before: number | undefined;
  do {
    const page = await request('thread.page', { threadId, limit: pageSize, ...(before === undefined ? {} : { before }) });
    pages.push(page.items);
    before = page.before;
  } while (before !== undefined);
  const text = threadMarkdown(
    title,
    pages
      .reverse()
      .flat()
      .map(({ item }) => item),
  );
  const url = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${
    title
      .replaceAll(/[^\p{L}\p{N} ._-]+/gu, ' ')
      .trim()
      .slice(0, 80) || 'thread'
  }.md`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
