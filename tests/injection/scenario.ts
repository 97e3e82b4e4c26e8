import type { Call } from '../support/hand.ts';
import { injected } from './obedient.ts';
import type { Place, Traces } from './place.ts';

/** An instruction that somebody else has put where the agent comes upon it, as data. What came of it is never believed from the agent. */
export interface Scenario {
  id: string;
  /** Where it stands, and what it makes the agent do: words that stand in docs/security.md. */
  where: string;
  what: string;
  /** What the agent is made to do, answer by answer. `{{last}}` in it is what the last tool has said. */
  attack: (place: Place) => Call[][];
  /** Files of the project; `words` is the instruction. They are committed. */
  files?: (words: string, place: Place) => Record<string, string | Uint8Array>;
  /** Whatever else has to be there. */
  setup?: (words: string, place: Place) => void;
  /** What the user says. */
  prompt?: (words: string) => string;
  /** The page that the server at 127.0.0.2 shows. */
  page?: (words: string) => string;
  /** How the agent comes upon the instruction; nothing: it is told by what is said to it. */
  look?: (place: Place) => Call[];
  /** config.toml for both runs. */
  config?: (place: Place) => string;
  /** A project's own instructions are given to the model once it is trusted: the control trusts it. */
  trust?: true;
  /** Has it worked? With `full-access` it must, or the check proves nothing. `told` is all that the model's server was sent. */
  harm: (traces: Traces & { told: string }, place: Place) => boolean;
  /** What stands of it in the thread. */
  shows: RegExp[];
  /** What a command may leave in the project: ordinary files, of which the diff tells. */
  leaves?: RegExp;
  /** The harm is done all the same: why it can't be kept off. */
  limit?: string;
}

export const wordsOf = (scenario: Scenario, place: Place): string => injected(scenario.attack(place));
