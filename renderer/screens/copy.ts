export { copyWords } from '../connection/clipboard.ts';
