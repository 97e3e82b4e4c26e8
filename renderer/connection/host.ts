import { AppError, fromErrorData } from '../../shared/errors.ts';
import type { HostMessage, HostParams, HostPush, HostRequestName, HostResult, RuntimeNews } from '../../shared/host-port.ts';
import { useApp } from '../store/app.ts';

let port: MessagePort | undefined;
let nextId = 1;
const pending = new Map<number, { resolve(value: unknown): void; reject(error: AppError): void }>();
const listeners = new Set<(push: HostPush) => void>();

/** Something that the host can do for the window; ask `can` first. Rejects with `unavailable` where there is no such host. */
export function hostRequest<N extends HostRequestName>(name: N, params: HostParams<N>): Promise<HostResult<N>> {
  const to = port;
  if (!to || !can(name)) return Promise.reject(new AppError('unavailable', 'This window has no such ability.'));
  return new Promise((resolve, reject) => {
    const id = nextId;
    nextId += 1;
    pending.set(id, { resolve: (value) => resolve(value as HostResult<N>), reject });
    to.postMessage({ kind: 'request', id, name, params });
  });
}

export function can(name: HostRequestName): boolean {
  return useApp.getState().abilities.has(name);
}

/** Links of deep links and the native menu. */
export function onHostPush(listener: (push: HostPush) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What a person reads of it; nothing when all is well. */
export function newsWords(news: RuntimeNews): string | undefined {
  if (news.state === 'up') return undefined;
  if (news.state === 'restarting') return 'The runtime is starting again …';
  const wait = news.inMs >= 1000 ? ` in ${Math.round(news.inMs / 1000)} s` : '';
  return `The runtime stopped (${news.reason}). Starting it again${wait} …`;
}

/** Each connection brings a new port. */
export function attachHost(
  host: { port: MessagePort; abilities: readonly HostRequestName[] },
  onNews: (words: string | undefined) => void,
): void {
  port?.close();
  port = host.port;
  useApp.setState({ abilities: new Set(host.abilities) });
  host.port.addEventListener('message', ({ data }: MessageEvent<HostMessage>) => {
    if (data.kind === 'reply') {
      const entry = pending.get(data.id);
      pending.delete(data.id);
      if ('error' in data) entry?.reject(fromErrorData(data.error));
      else entry?.resolve(data.value);
      return;
    }
    if (data.kind === 'runtime') onNews(newsWords(data));
    for (const listener of listeners) listener(data);
  });
  host.port.start();
}
