import type { CallItem } from '../../shared/domain/item.ts';
import type { Plan, PlanStep } from '../../shared/domain/turn.ts';

/** The arguments of a call as the model wrote them; undefined when they are no JSON object. */
function argumentsOf(call: CallItem): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(call.args.text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export function textArgument(call: CallItem, name: string): string | undefined {
  const value = argumentsOf(call)?.[name];
  return typeof value === 'string' ? value : undefined;
}

const isStep = (value: unknown): value is PlanStep => {
  const step = value as Partial<PlanStep> | null;
  return typeof step === 'object' && typeof step?.text === 'string' && ['pending', 'active', 'done'].includes(step.status ?? '');
};

export function planOf(call: CallItem): Plan | undefined {
  const { steps, note } = argumentsOf(call) ?? {};
  if (!Array.isArray(steps)) return undefined;
  return { steps: steps.filter(isStep), ...(typeof note === 'string' ? { note } : {}) };
}

/** Arguments for a person: indented when they are JSON. */
export function argumentsText(call: CallItem): string {
  const value = argumentsOf(call);
  return value ? JSON.stringify(value, undefined, 2) : call.args.text;
}
