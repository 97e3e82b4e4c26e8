// What went wrong, in the product's own words. The rule for codes is in runtime/ports.ts: only `unavailable` may be tried again.

import { APIConnectionError, APIError } from 'openai/core/error';
import type { Provider } from '../../../shared/domain/model.ts';
import { AppError, type ErrorCode, type ErrorData } from '../../../shared/errors.ts';

/** The part of an API's error that is looked at. Servers leave out what they like. */
interface Told {
  code?: unknown;
  type?: unknown;
  message?: unknown;
}

type More = Pick<ErrorData, 'hint' | 'data' | 'retryAt'>;

export interface Faults {
  /** Whatever was thrown on the way. */
  of(thrown: unknown): AppError;
  /** An error that came as an event of the stream. */
  told(error: unknown): AppError;
  cut(): AppError;
  malformed(line: string): AppError;
  stray(text: string): AppError;
  filtered(): AppError;
  silent(ms: number): AppError;
}

const messageLimit = 500;
const contextCodes = /^(context_length_exceeded|exceed_context_size_error|string_above_max_length)$/;
const contextWords = /context (length|window|size)|maximum context|prompt is too long|too many (input )?tokens|input is too long/i;
/** The key is a good one that may do less. */
const rightsWords = /insufficient_permissions|\bscopes?\b|\bpermissions?\b/i;
const quotaCodes = /insufficient_quota|billing|usage_limit|quota_exceeded|credit/;
const passingCodes = /server_error|rate_limit|overload|slow_down|timeout|unavailable|try_again/;
const ruleCodes = /policy|content_filter|safety/;
const keyCodes = /invalid_api_key|authentication|permission/;
const callerCodes = /invalid|unsupported|not_found|image|mismatch/;
const certificate = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_TLS|ERR_SSL|EPROTO/;
const again = /try again in ([\d.]+) ?(ms|s|m|seconds?|minutes?)\b/i;

const word = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** Retry-After in seconds or as an HTTP date (RFC 9110, 10.2.3), OpenAI's retry-after-ms, or what the message says. */
export function retryTime(headers: Headers | undefined, message: string, now: number): number | undefined {
  const ms = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (ms >= 0) return now + ms;
  const after = headers?.get('retry-after');
  if (after) {
    const seconds = Number(after);
    if (seconds >= 0) return now + seconds * 1000;
    const date = Date.parse(after);
    if (date >= 0) return Math.max(now, date);
  }
  const said = again.exec(message);
  if (said === null) return undefined;
  const unit = said[2]?.toLowerCase() ?? 's';
  return now + Math.ceil(Number(said[1]) * (unit === 'ms' ? 1 : unit.startsWith('m') ? 60_000 : 1000));
}

function codesOf(thrown: unknown): string {
  const codes: string[] = [];
  for (let at = thrown, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code, errors } = at as { code?: unknown; errors?: unknown };
    codes.push(word(code));
    if (Array.isArray(errors)) codes.push(...errors.map((error: unknown) => word((error as { code?: unknown } | null)?.code)));
  }
  return codes.filter((code) => code !== '').join(', ');
}

/** The innermost message: the outer ones only say that there was an error. */
function reasonOf(thrown: unknown): string {
  let message = thrown instanceof Error ? thrown.message : String(thrown);
  for (let at = thrown, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) if (at.message !== '') message = at.message;
  return message;
}

export function createFaults(options: { provider: Provider; modelId: string; now: () => number; secrets: string[] }): Faults {
  const { provider, modelId, now } = options;
  const secrets = options.secrets.filter((secret) => secret.length >= 6);
  const name = provider.id;
  const keyName = provider.apiKeyEnv ?? (provider.kind === 'openai' ? 'OPENAI_API_KEY' : undefined);
  const where = `[providers.${name}] in config.toml`;

  const clean = (text: string): string => {
    let safe = text.replaceAll(/\s+/g, ' ').trim();
    for (const secret of secrets) safe = safe.replaceAll(secret, '(secret)');
    return safe.length > messageLimit ? `${safe.slice(0, messageLimit - 1)}…` : safe;
  };
  const error = (code: ErrorCode, message: string, more?: More): AppError => new AppError(code, clean(message), more);

  const judge = (told: Told, status: number | undefined, headers: Headers | undefined): AppError => {
    const said = word(told.message);
    const code = `${word(told.code)} ${word(told.type)}`.trim();
    const what = `${name} ${status === undefined ? 'reported an error' : `answered ${status}`}: ${said || code || 'without saying why'}`;
    const isContext = contextCodes.test(word(told.code)) || contextCodes.test(word(told.type)) || contextWords.test(said);
    if (isContext && (status === undefined || status === 400 || status === 413 || status >= 500))
      return error('limited', what, { data: { reason: 'context' }, hint: 'Start a new thread, or choose a model with a larger context.' });
    if (quotaCodes.test(code) || status === 402)
      return error('limited', what, {
        hint: `The account at ${name} has no credit left; look at its plan and billing, or use another provider.`,
      });
    if (status === 403 && rightsWords.test(`${code} ${said}`))
      return error('denied', what, {
        hint: `The key is known at ${name} but may not do this: give it what is missing there, or use another key.`,
      });
    if (status === 401 || status === 403 || (status === undefined && keyCodes.test(code)))
      return error('denied', what, {
        hint:
          keyName === undefined
            ? `Name the variable that holds its key: api_key_env under ${where}.`
            : `Set ${keyName}, or store the key with: switchyard keys set ${keyName}`,
      });
    if (status === 404)
      return error('invalid', what, {
        hint: `Choose another model than ${modelId} with --model or with model in config.toml, or correct base_url under ${where}.`,
      });
    const passing = status === undefined ? !ruleCodes.test(code) && (passingCodes.test(code) || !callerCodes.test(code)) : false;
    if (passing || status === 408 || status === 409 || status === 425 || status === 429 || (status !== undefined && status >= 500)) {
      const retryAt = retryTime(headers, said, now());
      return error('unavailable', what, retryAt === undefined ? {} : { retryAt });
    }
    if (ruleCodes.test(code)) return error('denied', what);
    if (/model_not_found/.test(code)) return error('invalid', what, { hint: 'Choose another model with --model or in config.toml.' });
    if (status !== undefined && status >= 300 && status < 400)
      return error('invalid', `${name} answered ${status} and sent us to another address`, { hint: `Correct base_url under ${where}.` });
    return error('invalid', what, {
      hint: `The same request would be refused again. If ${name} does not know ${modelId}, choose another one with --model; if it speaks another protocol, correct wire under ${where}.`,
    });
  };

  const body = (thrown: APIError): Told => {
    const told: unknown = thrown.error;
    if (typeof told === 'object' && told !== null) return told;
    // No JSON, or JSON of another shape: `{"error": "words"}` and plain text are both in the field.
    const text = typeof told === 'string' ? told : thrown.message.replace(/^\d{3} /, '');
    return { message: /^\s*</.test(text) ? 'a web page instead of an answer' : text.replace('status code (no body)', '') };
  };

  return {
    of(thrown) {
      if (thrown instanceof APIError && thrown.status !== undefined) return judge(body(thrown), thrown.status, thrown.headers);
      const codes = codesOf(thrown);
      if (codes.includes('ERR_INVALID_URL'))
        return error('invalid', `The address of ${name} is not a URL`, { hint: `Correct base_url under ${where}.` });
      if (codes.includes('ERR_INVALID_CHAR') || codes.includes('ERR_INVALID_HTTP_TOKEN'))
        return error('invalid', `A header or the key for ${name} holds a character that can't be sent`, {
          hint: `Look at headers under ${where}.`,
        });
      if (certificate.test(codes))
        return error('invalid', `The connection to ${name} is not trusted: ${reasonOf(thrown)}`, {
          hint: 'Correct base_url, or name the certificate of your network in NODE_EXTRA_CA_CERTS.',
        });
      if (thrown instanceof APIConnectionError || codes !== '') {
        const reason = reasonOf(thrown);
        return error('unavailable', `The connection to ${name} failed: ${reason}${codes && !reason.includes(codes) ? ` (${codes})` : ''}`);
      }
      return error('broken', `The request to ${name} failed: ${reasonOf(thrown)}`);
    },
    told(said) {
      const told: Told = typeof said === 'object' && said !== null ? said : { message: said };
      const status = Number(told.code);
      return judge(told, status >= 400 && status < 600 ? status : undefined, undefined);
    },
    cut: () => error('unavailable', `The answer of ${name} was cut off`),
    malformed: (line) => error('unavailable', `${name} sent a line that is not JSON: ${line.slice(0, 80)}`),
    stray: (text) => error('unavailable', `${name} sent something that is not an answer: ${text.slice(0, 80)}`),
    filtered: () => error('denied', `The content filter of ${name} stopped the answer`),
    silent: (ms) => error('unavailable', `${name} gave no answer for ${ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`}`),
  };
}
