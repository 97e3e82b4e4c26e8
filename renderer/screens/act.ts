export { act, wordsOf } from '../connection/act.ts';
