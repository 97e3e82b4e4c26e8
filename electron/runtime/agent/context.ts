import type { Item } from '../../../shared/domain/item.ts';
import type { Model } from '../../../shared/domain/model.ts';
import type { PageItem } from '../../../shared/protocol/thread.ts';
import type { LogPort, ModelItem } from '../ports.ts';
import { wholeText } from './body.ts';
import type { Steer } from './turn.ts';

type Blobs = Pick<LogPort, 'blob'>;
interface Reader {
  provider: string;
  model: Model;
  log: Blobs;
}

/** All of them: what a model can't see, its adapter leaves out and says so. */
const imagesOf = (images: { mime: string; blob: string }[] | undefined, { log }: Reader): { mime: string; base64: string }[] =>
  (images ?? []).flatMap(({ mime, blob }) => {
    const bytes = log.blob(blob);
    return bytes ? [{ mime, base64: Buffer.from(bytes).toString('base64') }] : [];
  });

/** What the model reads of one finished item; the result of a call is told apart by `resultOf`. */
export function modelItemOf(item: Item, reader: Reader): ModelItem | undefined {
  switch (item.type) {
    case 'user':
      return { type: 'user', text: wholeText(item.input.text, reader.log), images: imagesOf(item.input.images, reader) };
    case 'text': {
      const text = wholeText(item.body, reader.log);
      return { type: 'text', text: item.interrupted ? `${text}\n[interrupted here]` : text };
    }
    case 'reasoning':
      // An opaque form means something only to the provider and model that made it.
      return item.opaque?.provider === reader.provider && item.opaque.model === reader.model.id
        ? { type: 'reasoning', opaque: item.opaque }
        : undefined;
    case 'call':
      return { type: 'call', callId: item.callId, tool: item.tool, args: wholeText(item.args, reader.log) };
    case 'notice':
      return item.told ? { type: 'user', text: `[${item.text}]`, images: [] } : undefined;
    case 'compaction':
      return { type: 'user', text: wholeText(item.summary, reader.log), images: [] };
    default:
      return undefined;
  }
}

export function resultOf(item: Extract<Item, { type: 'call' }>, reader: Reader): ModelItem {
  const output = item.output?.text ?? 'The result of this call is not known.';
  return { type: 'result', callId: item.callId, output, images: imagesOf(item.detail?.image ? [item.detail.image] : [], reader) };
}

/**
 * The context for a model, word for word as the turns' own loops had it: calls of one answer stand together, their results right after
 * them, and what a person said meanwhile after those, as every provider wants it. An answer is one commit, so that its items follow
 * each other without a gap. While calls are open, `held` is what was said since: it follows their results.
 */
export function contextOf(items: PageItem[], reader: Reader): { context: ModelItem[]; held: Steer[] } {
  const context: ModelItem[] = [];
  let results: ModelItem[] = [];
  let later: Steer[] = [];
  let open = false;
  let last = 0;
  const flush = (): void => {
    context.push(...results, ...later.map(({ item }) => item));
    results = [];
    later = [];
  };
  for (const { item, seq } of items) {
    const sameAnswer = seq === last + 1;
    last = seq;
    const mine = modelItemOf(item, reader);
    // Thoughts begin an answer also where the model can't be given them.
    if (!mine && item.type !== 'reasoning') continue;
    const meanwhile = (item.type === 'user' && item.steer === true) || item.type === 'notice';
    if (mine && meanwhile && (results.length > 0 || open)) {
      later.push({ item: mine, said: item.type === 'user' });
      continue;
    }
    if (!sameAnswer) flush();
    if (!mine) continue;
    context.push(mine);
    if (item.type !== 'call') continue;
    if (item.status === 'open') open = true;
    else results.push(resultOf(item, reader));
  }
  const held = open ? later : [];
  if (open) later = [];
  flush();
  return { context: context.filter((item, at) => item.type !== 'reasoning' || leads(context, at)), held };
}

/** Providers refuse reasoning that no text or call of the same answer follows. */
function leads(context: ModelItem[], at: number): boolean {
  const next = context.slice(at + 1).find((item) => item.type !== 'reasoning');
  return next?.type === 'text' || next?.type === 'call';
}

/** What the user said in a turn that the context already holds, also where a compaction took its place; what is `held` comes later. */
export function saidIn(items: PageItem[], turnId: string, log: Blobs): string[] {
  return items.flatMap(({ item }) => {
    if (item.turnId !== turnId) return [];
    if (item.type === 'compaction') return item.said ? [wholeText(item.said, log)] : [];
    return item.type === 'user' ? [wholeText(item.input.text, log)] : [];
  });
}

/** A careful guess of the tokens in it: about three and a half bytes a token, and a flat price for an image. */
export function estimateTokens(items: ModelItem[]): number {
  let bytes = 0;
  for (const item of items) {
    if (item.type === 'call') bytes += item.args.length + 40;
    else if (item.type === 'result') bytes += item.output.length + 20 + item.images.length * 5000;
    else if (item.type === 'reasoning') bytes += JSON.stringify(item.opaque.data).length / 2;
    else bytes += item.text.length + 10 + (item.type === 'user' ? item.images.length * 5000 : 0);
  }
  return Math.ceil(bytes / 3.5);
}
