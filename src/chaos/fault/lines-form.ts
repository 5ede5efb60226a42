import { type MessageForm, spliced } from './message-form.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** One message a line. An empty line is none. */
export const LINES_FORM: MessageForm = {
  pieceAt: (bytes, at) => {
    const newline = bytes.indexOf(NEWLINE, at);
    if (newline < 0) return undefined;
    const end = newline > at && bytes[newline - 1] === RETURN ? newline - 1 : newline;
    return { end: newline + 1, message: end > at ? { start: at, end, text: true } : undefined };
  },
  withMessage: spliced,
};
