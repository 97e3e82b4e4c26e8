import { describe, expect, it } from 'vitest';
import { choiceFor, modelOptions, type Settings, withModel } from '../../renderer/screens/thread/composer/choices.ts';
import { commandIn, fill, mention, slotAt } from '../../renderer/screens/thread/composer/completion.ts';
import { bodyFrom, freeName, inputFrom, isLong, rest } from '../../renderer/screens/thread/composer/input.ts';
import { intentOf, type Situation } from '../../renderer/screens/thread/composer/press.ts';
import { beforeAfterDrop, beforeAfterStep } from '../../renderer/screens/thread/composer/queue-order.ts';

const at = (marked: string) => slotAt(marked.replace('|', ''), marked.indexOf('|'));

describe('completion', () => {
  it('finds a file after @, wherever it stands', () => {
    expect(at('@|')).toEqual({ kind: 'file', query: '', from: 0, to: 1 });
    expect(at('Look at @src/di|sc.ts now')).toEqual({ kind: 'file', query: 'src/di', from: 8, to: 20 });
    expect(at('(@a|')?.query).toBe('a');
    expect(at('me@example|')).toBeUndefined();
    expect(at('@a b|')).toBeUndefined();
  });

  it('finds a command at the start only, and then its argument', () => {
    expect(at('/mo|')).toEqual({ kind: 'command', query: 'mo', from: 0, to: 3 });
    expect(at('/model gpt 5|')).toEqual({ kind: 'argument', command: 'model', query: 'gpt 5', from: 7, to: 12 });
    expect(at('say /mo|')).toBeUndefined();
    expect(at('/etc/ho|')).toBeUndefined();
    expect(at('/model\nx|')).toBeUndefined();
  });

  it('puts a choice in, with one space behind it', () => {
    const slot = at('Look at @di| and')!;
    expect(fill('Look at @di and', slot, mention('src/disc.ts'))).toEqual({ text: 'Look at @src/disc.ts and', caret: 21 });
    expect(fill('/mo', at('/mo|')!, '/model')).toEqual({ text: '/model ', caret: 7 });
    expect(mention('my notes.md')).toBe('@"my notes.md"');
  });

  it('takes a message for a command only when it is nothing else', () => {
    expect(commandIn('/rename A better title ')).toEqual({ name: 'rename', argument: 'A better title' });
    expect(commandIn('/fork')).toEqual({ name: 'fork', argument: '' });
    expect(commandIn('/etc/hosts is wrong')).toBeUndefined();
    expect(commandIn(' /fork')).toBeUndefined();
  });
});

describe('what is sent', () => {
  const attachment = { id: 'a', name: 'log', text: 'one\n```\ntwo' };

  it('counts bytes and not characters', () => {
    expect(bodyFrom('Füße 🚂')).toEqual({ text: 'Füße 🚂', bytes: 11 });
  });

  it('joins attachments in fences that hold them', () => {
    const image = { mime: 'image/png', blob: 'abc', name: 'shot.png' };
    const input = inputFrom({ text: ' Why? \n', images: [image], attachments: [attachment] });
    expect(input.text.text).toBe('Why?\n\nlog:\n````\none\n```\ntwo\n````');
    expect(input.images).toEqual([image]);
    expect(inputFrom({ text: 'x', images: [], attachments: [] })).toEqual({ text: { text: 'x', bytes: 1 } });
  });

  it('knows what is long', () => {
    expect(isLong('x'.repeat(2000))).toBe(false);
    expect(isLong('x'.repeat(2001))).toBe(true);
    expect(isLong('\n'.repeat(29))).toBe(false);
    expect(isLong('\n'.repeat(30))).toBe(true);
    expect(freeName([attachment, { id: 'b', name: 'log 2', text: '' }], 'log')).toBe('log 3');
  });

  it('leaves what was written while it was on its way', () => {
    const sent = { text: 'first', images: [], attachments: [attachment] };
    expect(rest({ ...sent, text: 'first and more' }, sent)).toEqual({ text: 'and more', images: [], attachments: [] });
    expect(rest(sent, sent)).toEqual({ text: '', images: [], attachments: [] });
    expect(rest({ ...sent, text: 'other' }, sent).text).toBe('other');
  });
});

describe('keys in the composer', () => {
  const still: Situation = { completing: false, empty: false, working: false };
  const key = (name: string, more = {}) => ({
    key: name,
    code: name,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    ...more,
  });

  it('never send what an input method is composing', () => {
    expect(intentOf(key('Enter', { isComposing: true }), still, false)).toBeUndefined();
    expect(intentOf(key('Enter', { keyCode: 229 }), still, false)).toBeUndefined();
    expect(intentOf(key('Escape', { isComposing: true }), { ...still, working: true }, false)).toBeUndefined();
  });

  it('send, steer, stop, recall', () => {
    expect(intentOf(key('Enter'), still, false)).toBe('send');
    expect(intentOf(key('Enter', { shiftKey: true }), still, false)).toBeUndefined();
    expect(intentOf(key('Enter', { ctrlKey: true }), still, false)).toBe('send');
    expect(intentOf(key('Enter', { ctrlKey: true }), { ...still, working: true }, false)).toBe('steer');
    expect(intentOf(key('Enter', { metaKey: true }), { ...still, working: true }, true)).toBe('steer');
    expect(intentOf(key('Enter', { ctrlKey: true, altKey: true }), still, false)).toBeUndefined();
    expect(intentOf(key('Escape'), still, false)).toBeUndefined();
    expect(intentOf(key('Escape'), { ...still, working: true }, false)).toBe('stop');
    expect(intentOf(key('ArrowUp'), { ...still, empty: true }, false)).toBe('recall');
    expect(intentOf(key('ArrowUp'), still, false)).toBeUndefined();
  });

  it('choose while a list is open', () => {
    const open = { ...still, completing: true, working: true };
    expect(['ArrowUp', 'ArrowDown', 'Enter', 'Tab', 'Escape'].map((name) => intentOf(key(name), open, false))).toEqual([
      'previous',
      'next',
      'accept',
      'complete',
      'dismiss',
    ]);
    expect(intentOf(key('Enter', { ctrlKey: true }), open, false)).toBe('steer');
  });
});

describe('the queue', () => {
  const ids = ['a', 'b', 'c'];
  it('moves a row up and down', () => {
    expect(beforeAfterStep(ids, 'b', -1)).toBe('a');
    expect(beforeAfterStep(ids, 'a', 1)).toBe('c');
    expect(beforeAfterStep(ids, 'b', 1)).toBeUndefined();
    expect(beforeAfterStep(ids, 'a', -1)).toBeNull();
    expect(beforeAfterStep(ids, 'c', 1)).toBeNull();
  });
  it('puts a dropped row where it was dropped', () => {
    expect(beforeAfterDrop(ids, 'c', 'a')).toBe('a');
    expect(beforeAfterDrop(ids, 'a', 'b')).toBe('c');
    expect(beforeAfterDrop(ids, 'a', 'c')).toBeUndefined();
    expect(beforeAfterDrop(ids, 'a', 'a')).toBeNull();
    expect(beforeAfterDrop(ids, 'x', 'a')).toBeNull();
  });
});

describe('models', () => {
  const model = (id: string, more = {}) => ({
    id,
    name: id.toUpperCase(),
    contextWindow: 1,
    maxOutput: 1,
    inputs: ['text' as const],
    efforts: [],
    ...more,
  });
  const provider = (id: string, kind: 'openai' | 'openai-compatible' | 'rehearsal', more = {}) => ({
    id,
    kind,
    wire: 'responses' as const,
    headers: {},
    idleTimeoutMs: 1,
    ...more,
  });
  const settings: Settings = {
    provider: 'openai',
    model: 'big',
    profile: 'workspace',
    providers: [
      provider('openai', 'openai'),
      provider('rehearsal', 'rehearsal'),
      provider('local', 'openai-compatible', { defaultModel: 'llama' }),
    ],
    models: [
      model('big', { efforts: ['low', 'high'], defaultEffort: 'low' }),
      model('small', { efforts: ['low'], defaultEffort: 'low' }),
      model('rehearsal'),
    ],
    profiles: [],
    warnings: [],
  };

  it('are listed with who serves them, and the chosen one always', () => {
    const options = modelOptions(settings, { provider: 'local', model: 'mistral' });
    expect(options.map(({ provider, model }) => `${provider}/${model}`)).toEqual([
      'openai/big',
      'openai/small',
      'rehearsal/rehearsal',
      'local/llama',
      'local/mistral',
    ]);
  });

  it('bring an effort that they know', () => {
    const choice = { provider: 'openai', model: 'big', profile: 'workspace', effort: 'high' as const };
    expect(withModel(settings, choice, 'openai', 'small')).toEqual({ provider: 'openai', model: 'small', effort: 'low' });
    expect(withModel(settings, { ...choice, effort: 'low' }, 'openai', 'small')).toEqual({ provider: 'openai', model: 'small' });
  });

  it('for a new thread are the kept choice over the settings', () => {
    expect(choiceFor(settings, {})).toEqual({ provider: 'openai', model: 'big', profile: 'workspace' });
    expect(choiceFor(settings, { provider: 'local', profile: 'read-only' })).toEqual({
      provider: 'local',
      model: 'llama',
      profile: 'read-only',
    });
  });
});
