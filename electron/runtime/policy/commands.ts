// What a profile's command rules say of a command line; in shared/policy, since config.toml's examples are checked with it.
export { type CommandVerdict, judgeCommand } from '../../../shared/policy/judge.ts';
