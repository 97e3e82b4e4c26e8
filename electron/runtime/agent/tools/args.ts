import { AppError } from '../../../../shared/errors.ts';
import { z } from '../../../../shared/schema.ts';
import type { Tool } from '../tool.ts';

// What a model wrote as arguments, made into parameters. Slips that can mean one thing only are put right; the rest is told precisely.

/** The part of JSON Schema that the tools' parameters use. */
export interface JsonSchema {
  type?: string;
  description?: string;
  enum?: string[];
  minimum?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
}

const noise = new Set(['$schema', 'additionalProperties']);
const isBound = (key: string, value: unknown): boolean =>
  (key === 'maximum' || key === 'minimum') && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER;

function withoutNoise(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutNoise);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(([key, value]) => !noise.has(key) && !isBound(key, value));
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutNoise(value)]));
}

const made = new WeakMap<Tool, JsonSchema>();

/** A tool's parameters as the model is given them; made once, when first asked for. */
export function schemaOf(tool: Tool): JsonSchema {
  const schema = made.get(tool) ?? (withoutNoise(z.toJSONSchema(tool.parameters, { io: 'input' })) as JsonSchema);
  made.set(tool, schema);
  return schema;
}

function typeName(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.type === 'array') return `[${schema.items === undefined ? '' : typeName(schema.items)}]`;
  return schema.properties === undefined ? (schema.type ?? 'any') : signature(schema);
}

/** {"path": string, "lines"?: integer} */
function signature(schema: JsonSchema): string {
  const parts = Object.entries(schema.properties ?? {}).map(
    ([name, value]) => `"${name}"${schema.required?.includes(name) === true ? '' : '?'}: ${typeName(value)}`,
  );
  return `{${parts.join(', ')}}`;
}

const expects = (tool: Tool): string => `${tool.name} takes ${signature(schemaOf(tool))}`;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Line ends and tabs written as they are inside a string: invalid JSON, but with one meaning.
    const escaped = text.replaceAll(/"(?:[^"\\]|\\[\s\S])*"/g, (string) =>
      string.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t'),
    );
    if (escaped === text) throw error;
    return JSON.parse(escaped);
  }
}

const snake = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();

function readString(value: string, schema: JsonSchema): unknown {
  const text = value.trim();
  switch (schema.type) {
    case 'integer':
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : value;
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : value;
    case 'array':
    case 'object':
      if (/^[[{]/.test(text)) {
        try {
          return straighten(parseJson(text), schema);
        } catch {
          return value;
        }
      }
      return schema.items?.type === 'string' ? [value] : value;
    default:
      return schema.enum?.includes(text) === true ? text : value;
  }
}

function straightenObject(value: Record<string, unknown>, schema: JsonSchema): Record<string, unknown> {
  const known = schema.properties ?? {};
  const out: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const name = Object.hasOwn(known, key) || Object.hasOwn(value, snake(key)) ? key : snake(key);
    const own = Object.hasOwn(known, name) ? known[name] : undefined;
    // null is how some say "not given".
    if (inner === null && own !== undefined && schema.required?.includes(name) !== true) continue;
    out[own === undefined ? key : name] = own === undefined ? inner : straighten(inner, own);
  }
  return out;
}

/** The value as the schema wants it where that is plain; otherwise as it came. */
function straighten(value: unknown, schema: JsonSchema): unknown {
  if (typeof value === 'string') return readString(value, schema);
  if (Array.isArray(value)) {
    const { items } = schema;
    if (schema.type === 'array') return items === undefined ? value : value.map((one) => straighten(one, items));
    return value.length === 1 && schema.type === 'string' && typeof value[0] === 'string' ? value[0] : value;
  }
  if (typeof value === 'object' && value !== null) {
    if (schema.type === 'array' && schema.items?.type === 'object') return [straighten(value, schema.items)];
    return schema.type === 'object' ? straightenObject(value as Record<string, unknown>, schema) : value;
  }
  if (schema.type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  return value;
}

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
};

function at(value: unknown, path: PropertyKey[]): { found: boolean; value: unknown } {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return { found: false, value: undefined };
    inner = (inner as Record<PropertyKey, unknown>)[key];
  }
  return { found: true, value: inner };
}

function schemaAt(schema: JsonSchema, path: PropertyKey[]): JsonSchema {
  let inner = schema;
  for (const key of path) inner = (typeof key === 'number' ? inner.items : inner.properties?.[String(key)]) ?? {};
  return inner;
}

function describe(issue: { path: PropertyKey[]; code?: string; minimum?: unknown }, value: unknown, schema: JsonSchema): string {
  const name = issue.path.map(String).join('.');
  const given = at(value, issue.path);
  const want = schemaAt(schema, issue.path);
  if (!given.found) return `"${name}" (${typeName(want)}) is missing`;
  const least = issue.code === 'too_small' && want.minimum !== undefined ? ` of at least ${want.minimum}` : '';
  return `"${name}" must be ${typeName(want)}${least}, not ${show(given.value)}`;
}

/** Arguments as a tool's parameters. AppError `invalid` tells the model what was wrong with them and what the tool takes. */
export function parseArgs(tool: Tool, json: string): unknown {
  const schema = schemaOf(tool);
  let value: unknown;
  try {
    value = json.trim() === '' ? {} : parseJson(json);
    if (typeof value === 'string') value = parseJson(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('invalid', `The arguments of ${tool.name} are not valid JSON: ${reason}`, { hint: expects(tool) });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('invalid', `The arguments of ${tool.name} must be one JSON object, not ${show(value)}.`, { hint: expects(tool) });
  }
  const straight = straightenObject(value as Record<string, unknown>, schema);
  const parsed = z.safeParse(tool.parameters, straight);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => describe(issue, straight, schema));
  const unknown = Object.keys(straight).filter((key) => !Object.hasOwn(schema.properties ?? {}, key));
  if (unknown.length > 0) wrong.push(`${unknown.map((key) => `"${key}"`).join(', ')} ${unknown.length === 1 ? 'is' : 'are'} unknown`);
  throw new AppError('invalid', `${tool.name}: ${wrong.join('; ')}.`, { hint: expects(tool) });
}
