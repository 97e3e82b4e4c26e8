// One more window on the same data folder: a browser of its own on a `switchyard serve` of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, expect, type Page } from '@playwright/test';
import type { App } from './fixtures.ts';

export interface OtherWindow {
  page: Page;
  close(): Promise<void>;
}

async function addressOf(server: ChildProcess): Promise<string> {
  if (server.stdout) for await (const line of createInterface({ input: server.stdout })) return line;
  throw new Error('It served nothing.');
}

export async function openOther({ env }: App): Promise<OtherWindow> {
  const program = path.resolve(import.meta.dirname, '../../tools/switchyard.mjs');
  const server = spawn(process.execPath, [program, 'serve'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const address = await addressOf(server);
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--disable-gpu', '--no-first-run', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(address);
  await expect(page.locator('html')).toHaveAttribute('data-connection', 'up');
  return {
    page,
    close: async () => {
      await browser.close();
      server.kill('SIGKILL');
      await gone;
    },
  };
}
