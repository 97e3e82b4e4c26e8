// Who wins where several rules fit. The rules are pure and in shared/policy: the window, the sandbox and config.toml's check need them too.
export { hostVerdict } from '../../../shared/policy/hosts.ts';
export { accessTo, type PlacedRule, placed } from '../../../shared/policy/paths.ts';
