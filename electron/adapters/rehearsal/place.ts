import type { ModelItem, ModelRequest } from '../../runtime/ports.ts';
import { fill, type Step, type Story } from './story.ts';

// Which step comes next is read from the conversation alone: nothing is remembered between requests, so that a restart, an interruption
// or a second window change nothing. Calls carry their story and step in their id.

export interface Place {
  story: Story;
  step: Step;
  /** The first part of the ids of its calls; it tells how often the step was taken before. */
  id: string;
  kept: Record<string, string>;
  /** What the user has written last, when it is not for this story: it goes on, and says so. */
  unheard: boolean;
}

/** How the runtime marks results that are none. */
const refusal = /^(The user said no\.|Refused by a rule)/;
const interruption = /\[interrupted: [^\]]*\]\s*$|^The patch was interrupted before/;
/** Escape sequences with which programs colour their output. */
// oxlint-disable-next-line no-control-regex
const colours = /\u001b\[[0-9;]*m/g;
const goOn = /^\W*(continue|go on|carry on|resume|again|yes|ok(ay)?)\b/i;

const isGoOn = (text: string): boolean => goOn.test(text);

/** Stories of the project at hand, by their markers. */
export function storiesHere(stories: Story[], { instructions, input }: Pick<ModelRequest, 'instructions' | 'input'>): Story[] {
  const texts = [instructions, ...input.map((item) => (item.type === 'user' ? item.text : ''))];
  return stories.filter(({ when }) => texts.some((text) => text.includes(when.marker)));
}

/** The newest message of the user that begins one of these stories. */
function beginning(stories: Story[], input: ModelItem[]): { story: Story; from: number } | undefined {
  for (let from = input.length - 1; from >= 0; from--) {
    const item = input[from];
    const story = item?.type === 'user' ? stories.find(({ when }) => new RegExp(when.text, 'is').test(item.text)) : undefined;
    if (story) return { story, from };
  }
  return undefined;
}

/** The step's name and number from `rehearsal-STORY-STEP-TIMES-CALL`; steps may have a hyphen in their names. */
function stepOf(story: Story, callId: string): { name: string; times: number } | undefined {
  const prefix = `rehearsal-${story.name}-`;
  const parts = callId.startsWith(prefix) ? /^(.+)-(\d+)-\d+$/.exec(callId.slice(prefix.length)) : null;
  const name = parts?.[1];
  return name !== undefined && Object.hasOwn(story.steps, name) ? { name, times: Number(parts?.[2]) } : undefined;
}

interface Taken {
  name: string;
  times: number;
  results: string[];
}

/** The steps taken since the beginning, with what their calls gave, and what was said after the last one. */
function follow(story: Story, input: ModelItem[]): { taken: Taken[]; said: string[]; kept: Record<string, string> } {
  const results = new Map(
    input.flatMap((item) => (item.type === 'result' ? [[item.callId, item.output.replace(colours, '')] as const] : [])),
  );
  const taken: Taken[] = [];
  let said: string[] = [];
  const kept: Record<string, string> = {};
  for (const item of input) {
    if (item.type === 'text') said.push(item.text.trim());
    const at = item.type === 'call' ? stepOf(story, item.callId) : undefined;
    if (item.type !== 'call' || !at) continue;
    said = [];
    const last = taken.at(-1);
    const step = last && last.name === at.name && last.times === at.times ? last : { ...at, results: [] };
    if (step !== last) taken.push(step);
    step.results.push(results.get(item.callId) ?? '[interrupted: it has no result]');
    const { keep = [] } = story.steps[at.name] ?? {};
    for (const pattern of keep) Object.assign(kept, new RegExp(pattern).exec(step.results.at(-1) ?? '')?.groups);
  }
  return { taken, said, kept };
}

function next(story: Story, { name, results }: Taken): string {
  if (results.some((result) => interruption.test(result))) return name;
  const result = results.at(-1) ?? '';
  const rules = story.steps[name]?.then ?? [];
  const rule = rules.find(({ refused, has }) =>
    refused === true ? refusal.test(result) : has === undefined || new RegExp(has).test(result),
  );
  return rule?.go ?? name;
}

/** Where the conversation stands in one of these stories; undefined when none has begun or its last word is said. */
export function placeIn(stories: Story[], input: ModelItem[]): Place | undefined {
  const begun = beginning(stories, input);
  if (!begun) return undefined;
  const { story, from } = begun;
  const { taken, said, kept } = follow(story, input.slice(from));
  const user = input.findLast((item) => item.type === 'user');
  const goesOn = user !== undefined && isGoOn(user.text);
  const last = taken.at(-1);
  let name = last ? next(story, last) : story.start;
  let step = story.steps[name];
  if (step && !step.calls && said.some((text) => text.endsWith(textOf(step ?? {}, kept)))) {
    if (step.again === undefined || !goesOn) return undefined;
    name = step.again;
    step = story.steps[name];
  }
  if (!step) return undefined;
  const before = input.flatMap((item) => {
    const at = item.type === 'call' ? stepOf(story, item.callId) : undefined;
    return at?.name === name ? [at.times] : [];
  });
  return {
    story,
    step,
    id: `rehearsal-${story.name}-${name}-${Math.max(-1, ...before) + 1}`,
    kept,
    unheard: input.at(-1) === user && user !== input[from] && !goesOn,
  };
}

export function textOf(step: Step, kept: Record<string, string>): string {
  return fill((step.text ?? []).join('\n'), kept);
}
